import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

// The rules of CONTRIBUTING.md that a machine can check.

const root = fileURLToPath(new URL('../../', import.meta.url))
const packages = readdirSync(`${root}packages`).filter((name) => existsSync(`${root}packages/${name}/package.json`))

/** Source files of a package, as paths below the repository. */
function sources(pkg: string): string[] {
  return readdirSync(`${root}packages/${pkg}/src`, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && statSync(`${root}packages/${pkg}/src/${file}`).isFile())
    .map((file) => `packages/${pkg}/src/${file.replaceAll('\\', '/')}`)
}
const everySource = packages.flatMap(sources)
const read = (file: string): string => readFileSync(root + file, 'utf8')
/** Code without comments: a rule is about what runs. */
const code = (file: string): string =>
  read(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')

const offenders = (files: readonly string[], pattern: RegExp): string[] =>
  files.filter((file) => pattern.test(code(file)))

test('only clock.ts files read the time', () => {
  const others = everySource.filter((file) => !file.endsWith('/clock.ts') && !file.startsWith('packages/dashboard/'))
  expect(offenders(others, /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bhrtime\b/)).toEqual([])
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
    const outside = files.filter((file) =>
      [...code(file).matchAll(/from '([^']+)'/g)].some(([, from]) => !from?.startsWith('./')),
    )
    expect(outside).toEqual([])
  })

  test('SQL is in store and query and nowhere else', () => {
    const files = sources('collector').filter((file) => !/\/src\/(store|query)\//.test(file))
    expect(offenders(files, /\.(selectFrom|insertInto|updateTable|deleteFrom)\(/)).toEqual([])
  })
})

test('every package has a README', () => {
  expect(packages.filter((name) => !existsSync(`${root}packages/${name}/README.md`))).toEqual([])
})

test('no file has over 500 lines', () => {
  expect(everySource.filter((file) => read(file).split('\n').length > 501)).toEqual([])
})

test('nothing turns the verification of TLS off', () => {
  expect(offenders(everySource, /rejectUnauthorized:\s*false|NODE_TLS_REJECT_UNAUTHORIZED/)).toEqual([])
})
