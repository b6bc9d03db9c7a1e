/** v1.2.3 or v1.2.3-rc.1, as semver has it: 1.2.3; undefined where it is none. */
export function versionOfTag(tag: string): string | undefined {
  return /^v(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/.exec(tag)?.[1]
}

/** What CHANGELOG.md says of a version, without its heading; undefined where it says nothing of it, or no day. */
export function releaseNotes(changelog: string, version: string): string | undefined {
  const [, ...sections] = changelog.split(/^## /m)
  const section = sections.find((text) => text.startsWith(`[${version}] - `))
  const [heading = '', ...lines] = section?.split('\n') ?? []
  if (!/ - \d{4}-\d\d-\d\d$/.test(heading)) return undefined
  return `${lines.join('\n').trim()}\n`
}
