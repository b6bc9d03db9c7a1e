import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { code, importsOf, packages, read, root, sources } from '../support/sources.ts'

// The rules of CONTRIBUTING.md that a machine can check.

const everySource = packages.flatMap(sources)

const offenders = (files: readonly string[], pattern: RegExp): string[] =>
  files.filter((file) => pattern.test(code(file)))

test('only clock.ts files read the time and wait', () => {
  const others = everySource.filter((file) => !file.endsWith('/clock.ts') && !file.startsWith('packages/dashboard/'))
  expect(offenders(others, /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bhrtime\b/)).toEqual([])
  // a socket's own setTimeout is no clock
  expect(offenders(others, /(?<![.\w])(setTimeout|setInterval)\(/)).toEqual([])
})

test('only config folders and the entry read the environment', () => {
  const others = everySource.filter((file) => !file.includes('/config/'))
  expect(offenders(others, /\bprocess\.env\b/)).toEqual([])
})

describe('imports follow the data', () => {
  const allowed: Record<string, readonly string[]> = {
    shared: [],
    agent: ['shared'],
    collector: ['shared'],
    dashboard: ['shared'],
    simulator: ['shared', 'collector'],
    cli: ['shared', 'collector', 'simulator'],
  }
  test.each(packages)('%s', (pkg) => {
    const wrong = sources(pkg).flatMap((file) =>
      [...code(file).matchAll(/from '@pumphandle\/([a-z]+)/g)]
        .map((found) => found[1] ?? '')
        .filter((target) => !allowed[pkg]?.includes(target))
        .map((target) => `${file} imports ${target}`),
    )
    expect(wrong).toEqual([])
  })

  test('the detector imports nothing but itself', () => {
    const files = sources('collector').filter((file) => file.includes('/src/detect/'))
    const outside = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => !target.startsWith('packages/collector/src/detect/'))
        .map((target) => `${file} imports ${target}`),
    )
    expect(outside).toEqual([])
    expect(offenders(files, /from '(?!\.|@pumphandle\/shared\/)/)).toEqual([])
  })

  test('SQL is in store and query and nowhere else', () => {
    const files = sources('collector').filter((file) => !/\/src\/(store|query)\//.test(file))
    expect(offenders(files, /\.(selectFrom|insertInto|updateTable|deleteFrom)\(/)).toEqual([])
  })
})

test('a column of JSON is read by store/read-json.ts and nothing else', () => {
  // those that read what came over a wire, where damage is the sender's
  const wires = [
    'gateway/process/pipe.ts',
    'gateway/connection.ts',
    'serve/http/cursor.ts',
    'commons/member/line.ts',
    'config/oidc.ts',
    'commons/server/desk.ts',
    'telemetry/otlp.ts',
  ]
  const others = sources('collector').filter(
    (file) => ![...wires, 'store/read-json.ts'].some((name) => file === `packages/collector/src/${name}`),
  )
  expect(offenders(others, /\bJSON\.parse\b/)).toEqual([])
})

test('what comes round with time never overlaps itself: work that is waited for is a Job or Rounds', () => {
  // the callback of a timer that begins such work by itself
  const begun =
    /\.every\([^,()]+,\s*(?:async\b|\(\) => (?:void\b|\{(?:(?!\n {2,6}\}\)).)*?(?:\bvoid this\b|\.catch\(|\.ask\()))/s
  // a beat that hangs must not keep the next one; the index asks first whether it is idle; a copy says how far it is
  const others = ['compose/active-brain.ts', 'search/fleet-index.ts']
  const timers = sources('collector').filter((file) => !others.some((name) => file.endsWith(`/src/${name}`)))
  expect(offenders(timers, begun)).toEqual([])
})

test('a page that asks says what happens when no answer comes', () => {
  // what stands beside something that says it, and what is a help alone
  const beside = ['app/demo-bar', 'app/news', 'app/tab-state', 'query/query-box', 'pages/overview/growth']
  const others = sources('dashboard').filter((file) => !beside.some((name) => file.endsWith(`/src/${name}.tsx`)))
  expect(offenders(others, /const \{ data(: \w+)? \} = useAnswer|useAnswer\([^;]*\)\.data/)).toEqual([])
})

test('nobody is sent to a setting that they may not open', () => {
  // each of them asks first whether the person keeps settings, or is for admins alone
  const asks = ['app/shell', 'session/settings-link', 'coverage/install', 'incident/incident', 'start/start']
  const others = sources('dashboard').filter(
    (file) => !file.includes('/pages/settings/') && !asks.some((name) => file.endsWith(`/${name}.tsx`)),
  )
  expect(offenders(others, /to\.settings\(/)).toEqual([])
})

describe('floors', () => {
  /** Folders whose order docs/architecture.md has a table of: each package's src, and the detector's rooms. */
  const houses = [...packages.map((pkg) => `packages/${pkg}/src`), 'packages/collector/src/detect']
  const filesOf = (house: string): string[] =>
    sources(house.split('/')[1] ?? '').filter((file) => file.startsWith(`${house}/`))

  /** Folders and files of a house, from the ground up, as docs/architecture.md lists them. */
  function floorsOf(house: string): string[] {
    const [, table = ''] = read('docs/architecture.md').split(`### ${house}\n`)
    return [...(table.split('\n\n')[0] ?? '').matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name ?? '')
  }
  /** The part of a path that stands in the table: the first folder in the house, or the file in it. */
  const floorOf = (file: string, house: string): string => file.slice(house.length + 1).split('/')[0] ?? ''

  /** A file's folder; a file that lies in src itself is a room of its own. */
  const roomOf = (file: string): string => (houses.includes(posix.dirname(file)) ? file : posix.dirname(file))

  test.each(houses)('%s: every folder has its place in docs/architecture.md', (house) => {
    const here = filesOf(house).map((file) => floorOf(file, house))
    expect([...new Set(here)].sort()).toEqual(floorsOf(house).sort())
  })

  test.each(houses)('%s: no import upwards', (house) => {
    const floors = floorsOf(house)
    const upwards = filesOf(house).flatMap((file) =>
      importsOf(file)
        .filter((target) => target.startsWith(`${house}/`))
        .filter((target) => floors.indexOf(floorOf(target, house)) > floors.indexOf(floorOf(file, house)))
        .map((target) => `${file} imports ${target}`),
    )
    expect(upwards).toEqual([])
  })

  test.each(packages)('%s: no circle between folders, however deep', (pkg) => {
    const below = new Map<string, Map<string, string>>()
    for (const file of sources(pkg))
      for (const target of importsOf(file)) {
        const [from, to] = [roomOf(file), roomOf(target)]
        if (from === to) continue
        if (!below.has(from)) below.set(from, new Map())
        below.get(from)?.set(to, `${file} imports ${target}`)
      }
    expect(circleIn(below)).toEqual([])
  })

  /** The imports of one circle; none where there is no circle. */
  function circleIn(below: ReadonlyMap<string, ReadonlyMap<string, string>>): string[] {
    const done = new Set<string>()
    const path: { folder: string; by: string }[] = []
    function walk(folder: string, by: string): string[] {
      const start = path.findIndex((step) => step.folder === folder)
      if (start >= 0) return [...path.slice(start + 1).map((step) => step.by), by]
      if (done.has(folder)) return []
      path.push({ folder, by })
      for (const [to, why] of below.get(folder) ?? []) {
        const circle = walk(to, why)
        if (circle.length > 0) return circle
      }
      path.pop()
      done.add(folder)
      return []
    }
    for (const folder of below.keys()) {
      const circle = walk(folder, '')
      if (circle.length > 0) return circle
    }
    return []
  }
})

test('no file of the collector imports 25 others or more', () => {
  // the list of migrations is as long as there are migrations
  const many = sources('collector').filter((file) => new Set(importsOf(file)).size >= 25)
  expect(many.filter((file) => !file.endsWith('store/migrate.ts'))).toEqual([])
})

test('kinds of component are listed once', () => {
  expect(offenders(everySource, /'sensor'[,|\s]+'content'[,|\s]+'driver'[,|\s]+'os'[,|\s]+'firmware'/)).toEqual([
    'packages/shared/src/words/component-kinds.ts',
  ])
})

test('every package has a README', () => {
  expect(packages.filter((name) => !existsSync(`${root}packages/${name}/README.md`))).toEqual([])
})

test('no file has over 500 lines', () => {
  expect(everySource.filter((file) => read(file).split('\n').length > 501)).toEqual([])
})

test('nothing turns the verification of TLS off', () => {
  expect(offenders(everySource, /rejectUnauthorized:\s*false|NODE_TLS_REJECT_UNAUTHORIZED(?!=1\b)/)).toEqual([])
  // a command on the collector's own computer asks it by loopback, which no certificate names, and trusts its file alone
  expect(offenders(everySource, /checkServerIdentity/)).toEqual(['packages/cli/src/commands/ready.ts'])
})
