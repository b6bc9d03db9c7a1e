import { KEY_CEILING, VERSION_MAX_LENGTH, versionKey, versionKeyPrefix } from './key.ts'

/** A stretch of keys. A missing end is open to that side; `minOpen` and `maxOpen` leave the end itself out. */
export interface KeyRange {
  min?: string
  max?: string
  minOpen?: boolean
  maxOpen?: boolean
}

/** One side of a range as it was written; `star` for `7.16.*`, which stands for everything that begins with it. */
interface VersionBound {
  version: string
  op: '>' | '>=' | '<' | '<='
  star: boolean
}

/** What was written, for explaining it; the ranges are what it means. */
export type VersionClause =
  | { type: 'exact'; version: string }
  | { type: 'prefix'; version: string }
  | { type: 'range'; lower?: VersionBound; upper?: VersionBound }

/** A version matches when its key lies in any of the ranges. `clauses` and `ranges` go together, one to one. */
export interface VersionPattern {
  clauses: VersionClause[]
  ranges: KeyRange[]
}

export type VersionPatternResult =
  | { ok: true; pattern: VersionPattern }
  /** `from` and `to` are offsets into the text */
  | { ok: false; message: string; from: number; to: number }

/** More alternatives in one pattern are refused: each costs a range of an index. */
const PATTERN_MAX_ITEMS = 50

interface Item {
  op: VersionBound['op'] | ''
  version: string
  star: boolean
}

const ITEM = /\s*(>=|<=|>|<|=)?\s*(?:"([^"]*)"|([^",\s<>=]+))?\s*/y

/**
 * Reads a pattern of versions: `7.16.18605`, `7.16.*`, `>=7.11,<7.17`, `2024-07-19T*`, `"12345 (20240401)"`, and several
 * with commas. Bounds next to each other make one range where they have anything in common;
 * everything else is an alternative. `*` stands for whole parts
 * at the end; quotes hold spaces, commas and brackets.
 */
export function parseVersionPattern(text: string): VersionPatternResult {
  const pattern: VersionPattern = { clauses: [], ranges: [] }
  let at = 0
  for (let count = 1; ; count++) {
    if (count > PATTERN_MAX_ITEMS) return wrong(`more than ${PATTERN_MAX_ITEMS} versions`, at, text.length)
    ITEM.lastIndex = at
    const match = ITEM.exec(text)
    const end = ITEM.lastIndex
    const [, op = '', quoted, bare] = match ?? []
    if (end < text.length && text[end] !== ',')
      return wrong('a version, a comma or the end is expected here', end, end + 1)
    const item = readItem(op as Item['op'] | '=', quoted, bare)
    if (typeof item === 'string') return wrong(item, at, Math.max(end, at))
    add(pattern, item)
    if (end >= text.length) break
    at = end + 1
  }
  pattern.ranges = pattern.clauses.map(toRange)
  return { ok: true, pattern }
}

/** Whether the version is one that the pattern names. */
export function matches(pattern: VersionPattern, version: string): boolean {
  return keyMatches(pattern, versionKey(version))
}

/** The same for a key that is at hand. */
export function keyMatches(pattern: VersionPattern, key: string): boolean {
  return pattern.ranges.some(
    (r) =>
      (r.min === undefined || (r.minOpen ? key > r.min : key >= r.min)) &&
      (r.max === undefined || (r.maxOpen ? key < r.max : key <= r.max)),
  )
}

function wrong(message: string, from: number, to: number): VersionPatternResult {
  return { ok: false, message, from, to }
}

function readItem(op: Item['op'] | '=', quoted: string | undefined, bare: string | undefined): Item | string {
  const written = quoted ?? bare
  if (!written) return op ? `a version is missing after ${op}` : 'a version is missing here'
  if (written.length > VERSION_MAX_LENGTH) return `a version is at most ${VERSION_MAX_LENGTH} characters long`
  const bound = op === '=' ? '' : op
  if (!written.includes('*')) return { op: bound, version: written, star: false }
  const base = written.slice(0, -1).replace(/[.\-_:t/]$/i, '')
  if (!written.endsWith('*') || base.includes('*')) return '* stands only at the end of a version, as in 7.16.*'
  const wholeParts =
    written === '*' || base.length < written.length - 1 || /^\d{4}-\d{2}(-\d{2})?(T\d{2}(:\d{2})?)?$/i.test(base)
  if (!wholeParts) return `* stands for whole parts: write ${base}.*`
  return { op: bound, version: base, star: true }
}

function add(pattern: VersionPattern, item: Item): void {
  if (item.op === '') {
    pattern.clauses.push({ type: item.star ? 'prefix' : 'exact', version: item.version })
    return
  }
  const bound: VersionBound = { version: item.version, op: item.op, star: item.star }
  const side = item.op.startsWith('>') ? 'lower' : 'upper'
  const last = pattern.clauses.at(-1)
  const joined = last?.type === 'range' && !last[side] ? { ...last, [side]: bound } : undefined
  // `<7,>=7.17` as one range would hold nothing: such bounds are alternatives
  if (joined && !isEmpty(toRange(joined))) pattern.clauses[pattern.clauses.length - 1] = joined
  else pattern.clauses.push({ type: 'range', [side]: bound })
}

function isEmpty({ min, max, minOpen, maxOpen }: KeyRange): boolean {
  if (min === undefined || max === undefined) return false
  return min > max || (min === max && (minOpen === true || maxOpen === true))
}

function toRange(clause: VersionClause): KeyRange {
  if (clause.type === 'exact') return { min: versionKey(clause.version), max: versionKey(clause.version) }
  if (clause.type === 'prefix') return prefixRange(clause.version)
  return { ...lowerEnd(clause.lower), ...upperEnd(clause.upper) }
}

function prefixRange(version: string): KeyRange {
  const prefix = versionKeyPrefix(version)
  return { min: prefix, max: prefix + KEY_CEILING, maxOpen: true }
}

function lowerEnd(bound: VersionBound | undefined): KeyRange {
  if (!bound) return {}
  if (!bound.star) return { min: versionKey(bound.version), minOpen: bound.op === '>' }
  const prefix = versionKeyPrefix(bound.version)
  return { min: bound.op === '>' ? prefix + KEY_CEILING : prefix }
}

function upperEnd(bound: VersionBound | undefined): KeyRange {
  if (!bound) return {}
  if (!bound.star) return { max: versionKey(bound.version), maxOpen: bound.op === '<' }
  const prefix = versionKeyPrefix(bound.version)
  return { max: bound.op === '<' ? prefix : prefix + KEY_CEILING, maxOpen: true }
}
