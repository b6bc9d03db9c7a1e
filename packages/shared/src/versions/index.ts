export { compareVersions } from './compare.ts'
export { asciiLower, versionKey } from './key.ts'
export {
  type KeyRange,
  keyMatches,
  matches,
  parseVersionPattern,
  type VersionClause,
  type VersionPattern,
  type VersionPatternResult,
} from './pattern.ts'
