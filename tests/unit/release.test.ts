import { expect, test } from 'vitest'
import { releaseNotes, versionOfTag } from '../../scripts/release/notes.ts'
import { statedVersion } from '../../scripts/release/version.ts'
import { packages, read, root } from '../support/sources.ts'

test('a tag names a version, or is none', () => {
  expect(versionOfTag('v1.2.3')).toBe('1.2.3')
  expect(versionOfTag('v1.2.3-rc.1')).toBe('1.2.3-rc.1')
  for (const tag of ['1.2.3', 'v1.2', 'v1.2.3 ', 'latest']) expect(versionOfTag(tag)).toBeUndefined()
})

const changelog =
  '# Changes\n\n## Unreleased\n- D\n\n## [1.1.0] - 2026-02-01\n### Added\n- C\n\n## [1.0.0], unreleased\n- B\n'

test('a release’s notes are its section of the change log, once it has a day', () => {
  expect(releaseNotes(changelog, '1.1.0')).toBe('### Added\n- C\n')
  expect(releaseNotes(changelog, '1.0.0')).toBeUndefined()
  expect(releaseNotes(changelog, '2.0.0')).toBeUndefined()
})

test('the version stands in one place, and the change log speaks of it', () => {
  const manifests = ['package.json', 'tests/package.json', ...packages.map((name) => `packages/${name}/package.json`)]
  expect(manifests.filter((file) => /"version":/.test(read(file)))).toEqual([])
  const version = statedVersion(root) ?? ''
  expect(versionOfTag(`v${version}`)).toBe(version)
  expect(releaseNotes(read('CHANGELOG.md'), version)).toBeDefined()
})

test('the change log keeps its form: versions by their day, and changes below their kind', () => {
  const text = read('CHANGELOG.md')
  const headings = [...text.matchAll(/^##+ .*$/gm)].map(([heading]) => heading)
  expect(headings[0]).toBe('## [Unreleased]')
  const versions = headings.filter((heading) => heading.startsWith('## ')).slice(1)
  const form = /^## \[\d+\.\d+\.\d+(-[\w.]+)?\] - \d{4}-\d\d-\d\d$/
  expect(versions.filter((heading) => !form.test(heading))).toEqual([])
  const kinds = headings.filter((heading) => heading.startsWith('###')).map((heading) => heading.slice('### '.length))
  const known = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']
  expect(kinds.filter((kind) => !known.includes(kind))).toEqual([])
  // what was added at the top belongs to a kind
  expect(text.slice(0, text.indexOf('### '))).not.toMatch(/^- /m)
})
