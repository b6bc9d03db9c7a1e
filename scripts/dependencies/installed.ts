import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

/** An audit answers in seconds, or not at all. */
const MOST_MS = 120_000
const MOST_BYTES = 64 * 1024 * 1024

/** By licence, as pnpm 10 lists them. */
type Listed = Readonly<Record<string, readonly { readonly name: string; readonly versions: readonly string[] }[]>>
const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8')) as { packageManager: string }

export interface Dependency {
  readonly name: string
  readonly version: string
  /** SPDX expression, as its package says; `Unknown` where it says none. */
  readonly licence: string
}

/** What pnpm prints on standard output, whether it ends well or not. */
export async function pnpm(...args: string[]): Promise<string> {
  const run = promisify(execFile)
  const options = { timeout: MOST_MS, maxBuffer: MOST_BYTES, shell: process.platform === 'win32' }
  try {
    return (await run('npx', ['--yes', '--prefer-offline', packageManager, ...args], options)).stdout
  } catch (error) {
    return (error as { stdout?: string }).stdout ?? ''
  }
}

/**
 * The packages that are installed, by name and version.
 * @param shipped those only that run at a user's, without what builds and tests
 */
export async function installed(shipped: boolean): Promise<Dependency[]> {
  const told = await pnpm('licenses', 'list', '--json', ...(shipped ? ['--prod'] : []))
  const byLicence = JSON.parse(told) as Listed
  return Object.entries(byLicence)
    .flatMap(([licence, packages]) =>
      packages.flatMap(({ name, versions }) => versions.map((version) => ({ name, version, licence }))),
    )
    .toSorted((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1))
}
