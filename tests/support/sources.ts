import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository, with a slash at the end. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

export const packages = readdirSync(`${root}packages`).filter((name) =>
  existsSync(`${root}packages/${name}/package.json`),
)

export const read = (file: string): string => readFileSync(root + file, 'utf8')

/** Source files of a package, as paths below the repository. */
export function sources(pkg: string): string[] {
  return readdirSync(`${root}packages/${pkg}/src`, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && statSync(`${root}packages/${pkg}/src/${file}`).isFile())
    .map((file) => `packages/${pkg}/src/${file.replaceAll('\\', '/')}`)
}

/** Code without comments: a rule is about what runs. */
export const code = (file: string): string =>
  read(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')

/** Files of the same package that a file imports, for values or types. */
export function importsOf(file: string): string[] {
  return [...code(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g)]
    .map(([, from]) => posix.join(posix.dirname(file), from ?? ''))
    .filter((target) => target.startsWith(file.split('/').slice(0, 3).join('/')))
}
