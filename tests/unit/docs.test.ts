import { existsSync, readdirSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { packages, read, root, sources } from '../support/sources.ts'

// What documents and comments name must be there.

const documents = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...listed('docs').filter((file) => file.endsWith('.md')),
  ...packages.map((name) => `packages/${name}/README.md`),
]

/** Files below a folder of the repository, as paths below the repository. */
function listed(folder: string): string[] {
  return readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((file) => !file.includes('/node_modules/') && !file.includes('/dist/') && statSync(root + file).isFile())
}
const programs = [...packages.flatMap(sources), ...listed('scripts').filter((file) => /\.(ts|mjs)$/.test(file))]

/** Everything that a document says in fixed width, in a line or in a block. */
const quoted = (text: string): string[] =>
  [...text.matchAll(/^```[^\n]*\n([\s\S]*?)^```|`([^`\n]+)`/gm)].map(([, block, line]) => block ?? line ?? '')

test.each(documents)('%s: links go somewhere', (file) => {
  const targets = [...read(file).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(([, target]) => target ?? '')
  const missing = targets.filter((target) => !existsSync(root + posix.join(posix.dirname(file), target)))
  expect(missing).toEqual([])
})

test.each(documents)('%s: the files that it names are there', (file) => {
  const here = posix.dirname(file)
  const paths = quoted(read(file)).filter((text) => /^[\w@.-]+(\/[\w@.-]+)+\/?$/.test(text))
  const places = ['', `${here}/`, `${here}/src/`]
  const known = paths.filter((path) => /^(packages|tests|scripts|docs|src)\//.test(path))
  const missing = known.filter((path) => !places.some((place) => existsSync(root + place + path)))
  expect(missing).toEqual([])
})

test('every document is reached by links from README.md', () => {
  const reached = new Set(['README.md'])
  for (const file of reached)
    for (const [, target = ''] of read(file).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)) {
      const path = posix.join(posix.dirname(file), target)
      const page = existsSync(`${root}${path}/README.md`) ? `${path}/README.md` : path
      if (page.endsWith('.md')) reached.add(page)
    }
  expect(documents.filter((file) => file.startsWith('docs/') && !reached.has(file))).toEqual([])
})

/** Files of the repository that a document may name by the last part of their paths. */
const places = [...packages.flatMap((name) => listed(`packages/${name}`)), ...listed('scripts'), ...listed('tests')]

test.each(documents)('%s: the files of code that it names by a part of their paths are there', (file) => {
  const names = quoted(read(file)).filter((text) => /^[\w.-]+(\/[\w.-]+)*\.(tsx?|mjs)$/.test(text))
  expect(names.filter((name) => !existsSync(root + name) && !places.some((path) => path.endsWith(`/${name}`)))).toEqual(
    [],
  )
})

test('maps in READMEs name files of their folder', () => {
  const missing = packages.flatMap((name) => {
    const files = sources(name).map((file) => posix.basename(file))
    const rows = read(`packages/${name}/README.md`)
      .split('\n')
      .filter((line) => line.startsWith('|'))
    return quoted(rows.join('\n'))
      .filter((text) => /^([\w-]+\/)*[\w-]+\.tsx?$/.test(text) && !files.includes(posix.basename(text)))
      .map((text) => `${name}: ${text}`)
  })
  expect(missing).toEqual([])
})

test('every folder of a package stands in the map of its README', () => {
  const missing = packages.flatMap((name) => {
    const rows = read(`packages/${name}/README.md`).match(/^\|[^|]+/gm) ?? []
    const words = rows.join(' ').split(/[^\w-]+/)
    return readdirSync(`${root}packages/${name}/src`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !words.includes(entry.name))
      .map((entry) => `${name}: ${entry.name}`)
  })
  expect(missing).toEqual([])
})

const decisions = readdirSync(`${root}docs/decisions`).map((file) => file.slice(0, 4))

test('every decision stands in their list', () => {
  const files = readdirSync(`${root}docs/decisions`).filter((file) => file !== 'README.md')
  const links = [...read('docs/decisions/README.md').matchAll(/^\| \[\d{4}\]\(([^)]+)\)/gm)].map(([, file]) => file)
  expect(links).toEqual(files.toSorted())
})

test('decisions that are named are there', () => {
  const named = [...documents, ...programs].flatMap((file) =>
    [...read(file).matchAll(/\bdecisions? (\d{4})\b|\bdecisions\/(\d{4})/g)].map(([, one, two]) => one ?? two ?? ''),
  )
  expect([...new Set(named)].filter((number) => !decisions.includes(number))).toEqual([])
})

test('documents that comments name are there', () => {
  const missing = programs.flatMap((file) =>
    [...read(file).matchAll(/(?:\/\/|\*).*?\b((?:docs\/)?[\w/-]+\.md)\b/g)]
      .map(([, name]) => name ?? '')
      .filter(
        (name) => ![name, `docs/${name}`, `${posix.dirname(file)}/${name}`].some((path) => existsSync(root + path)),
      )
      .map((name) => `${file}: ${name}`),
  )
  expect(missing).toEqual([])
})

/** Flags of tools that are not ours. */
const OTHERS_FLAGS = [
  '--project',
  '--prefer-offline',
  '--yes',
  '--standalone',
  '--deploy-hook',
  '--fail',
  '--silent',
  '--rm',
  '--no-owner',
  '--exit-on-error',
  '--dbname',
]

test('flags and variables that are named are there', () => {
  const text = programs.map(read).join('\n')
  const variables = new Set([
    ...(text.match(/PUMPHANDLE_[A-Z0-9_]+/g) ?? []),
    ...[...text.matchAll(/\boption\(\s*'([A-Z0-9_]+)'/g)].map(([, name]) => `PUMPHANDLE_${name}`),
  ])
  const flags = new Set([
    ...OTHERS_FLAGS,
    ...(text.match(/--[a-z][a-z0-9-]*/g) ?? []),
    ...[...variables].map((name) => `--${name.slice('PUMPHANDLE_'.length).toLowerCase().replaceAll('_', '-')}`),
    ...[...text.matchAll(/^\s*'?([a-z][a-z0-9-]*)'?: \{ type: '(?:string|boolean)'/gm)].map(([, name]) => `--${name}`),
  ])
  const missing = documents.flatMap((file) =>
    quoted(read(file)).flatMap((code) =>
      [
        ...[...code.matchAll(/(?<![\w-])--[a-z][a-z0-9-]*/g)].map(String).filter((flag) => !flags.has(flag)),
        ...(code.match(/PUMPHANDLE_[A-Z0-9_]+/g) ?? []).filter((name) => !variables.has(name)),
      ].map((name) => `${file}: ${name}`),
    ),
  )
  const set = listed('deploy').flatMap((file) =>
    (read(file).match(/PUMPHANDLE_[A-Z0-9_]+/g) ?? [])
      .filter((name) => !variables.has(name))
      .map((name) => `${file}: ${name}`),
  )
  expect([...missing, ...set]).toEqual([])
})

test('parts of the settings are called what the page calls them', () => {
  const page = read('packages/dashboard/src/pages/settings/settings.tsx')
  const parts = [...page.matchAll(/\{ part: '[\w-]+', name: '([^']+)'/g)].map(([, name]) => name ?? '')
  expect(parts.length).toBeGreaterThan(5)
  const wrong = [...documents, ...programs, ...listed('deploy')].flatMap((file) =>
    // types stand beside each other in code, and Windows has settings too
    [...read(file).matchAll(/(?<!Windows |: )\bSettings,\s+([A-Z][a-z]+(?: [a-z]+)*)/g)]
      .map(([, words = '']) => words.replaceAll(/\s+/g, ' '))
      .filter((words) => words !== 'Settings' && !parts.some((part) => words === part || words.startsWith(`${part} `)))
      .map((words) => `${file}: Settings, ${words}`),
  )
  expect(wrong).toEqual([])
})

/** An address of the page as the routes write it and as the document does: what differs from page to page is the same. */
const shape = (address: string) =>
  address.replace(/\?.*$/, '').replaceAll(/(?<=\/)(?::\w+\??|\d+|A81001)(?=\/|$)|01J\.\.\./g, '*')

test('every page of the dashboard stands in its document, and no other', () => {
  const routes = read('packages/dashboard/src/app/routes.tsx')
  const pages = [...routes.matchAll(/<Route path="([^"]+)"/g)].map(([, path]) =>
    shape(path ?? '').replace('/settings/*', '/settings'),
  )
  const rows = read('docs/dashboard.md').match(/^\| [^|]+\| (`\/[^|]+)\|/gm) ?? []
  const named = rows.flatMap((row) => [...row.matchAll(/`(\/[^`]*)`/g)].map(([, path]) => shape(path ?? '')))
  expect([...named].sort()).toEqual(pages.filter((path) => path !== '/sign-in').sort())
})

test('what the page is made with stands in its document', () => {
  const { dependencies } = JSON.parse(read('packages/dashboard/package.json')) as {
    dependencies: Record<string, string>
  }
  const rows = read('docs/dashboard.md').match(/^\| ([^|]+) \|/gm) ?? []
  const named = rows.flatMap((row) => row.slice(1, -1).split(',')).map((name) => name.trim())
  const ours = '@pumphandle/shared'
  expect(Object.keys(dependencies).filter((name) => name !== ours && !named.includes(name))).toEqual([])
})

test('every command of package.json stands in a document, and every one that a document names is there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const names = Object.keys(scripts)
  const text = documents.filter((file) => file !== 'CHANGELOG.md').map((file) => read(file))
  const named = new Set(
    text.flatMap((words) =>
      [...words.matchAll(/\bnpm (?:run )?([a-z]+(?::[a-z]+)?)\b/g)].map(([, name]) => name ?? ''),
    ),
  )
  const readme = read('README.md')
  expect(names.filter((name) => !named.has(name) && !readme.includes(`\`${name}\``))).toEqual([])
  expect([...named].filter((name) => !names.includes(name) && !['and', 'brings', 'install'].includes(name))).toEqual([])
})

test('the history of the protocol is the same in its document and beside its number', () => {
  const dated = (text: string) =>
    [...text.matchAll(/^(?: \*)? ?- \**(\d+)\**, (\d{4}-\d\d-\d\d):/gm)].map(([, n, day]) => `${n} ${day}`)
  const told = dated(read('docs/protocol.md'))
  expect(told.length).toBeGreaterThan(3)
  expect(dated(read('packages/shared/src/wire/protocol.ts'))).toEqual(told)
})
