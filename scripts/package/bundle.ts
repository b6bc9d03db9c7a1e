import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Packages whose source is in the program. */
const PACKAGES = ['cli', 'collector', 'shared', 'simulator']
/** Files and folders that lie beside the source of one file, and all in one folder in the bundle. */
const BESIDE: Readonly<Record<string, string>> = {
  './runbooks/': './runbooks/',
  '../../../dashboard/dist/web': './web',
}
const AT = /new URL\('([^']+)', import\.meta\.url\)/g

/** Packages with a native part: they stay as they are, without what only compiles them. */
export const NATIVE = ['better-sqlite3', '@node-rs/argon2']

/** Loaded by import() for the names that they export, of which a bundle knows none where they come as CommonJS. */
const AS_MODULES = ['@zxcvbn-ts/core', '@zxcvbn-ts/language-common', '@zxcvbn-ts/language-en']

export interface Target {
  readonly os: 'linux' | 'win32'
  /** On Windows x64 alone is made. */
  readonly cpu: 'x64' | 'arm64'
}

/**
 * Lays out the whole program in a folder: plain JavaScript that the pinned Node runs, the dashboard, the runbooks, native
 * parts for one system, and all licences. Build the dashboard first.
 */
export async function bundleProgram(folder: string, target: Target): Promise<void> {
  const web = join(root, 'packages/dashboard/dist/web')
  if (!existsSync(join(web, 'index.html'))) throw new Error('The dashboard is not built; run `npm run build` first.')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await bundleCode({
    folder,
    programs: {
      pumphandle: join(root, 'packages/cli/src/main.ts'),
      ...(target.os === 'win32' && { service: join(root, 'packages/collector/src/service.ts') }),
    },
    target: target.os === 'win32' ? 'node22' : 'node24',
    isMinified: true,
    external: NATIVE,
    placeOf(path, to) {
      const place = BESIDE[to]
      if (place === undefined)
        throw new Error(
          `${path} names ${to}, which the bundle does not have; add it to BESIDE in scripts/package/bundle.ts.`,
        )
      return `'${place}'`
    },
  })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  cpSync(web, join(folder, 'web'), { recursive: true })
  cpSync(join(root, 'packages/collector/src/incidents/runbooks'), join(folder, 'runbooks'), { recursive: true })
  copyNative(folder, target)
  writeFileSync(join(folder, 'LICENSES.txt'), licences())
}

/** Our own code and that of its packages, in a few files of plain JavaScript. */
interface Code {
  readonly folder: string
  /** Files that are started, by their names without an ending; what they start themselves comes with them. */
  readonly programs: Readonly<Record<string, string>>
  readonly target: 'node22' | 'node24'
  readonly isMinified: boolean
  /** Packages that stay outside. */
  readonly external: readonly string[]
  /** Where a file is that lies beside the source at `path` and is not started: the first argument of `new URL`. */
  readonly placeOf: (path: string, to: string) => string
}

export async function bundleCode({ folder, programs, target, isMinified, external, placeOf }: Code): Promise<void> {
  const started = startedFiles()
  await build({
    entryPoints: {
      ...programs,
      ...Object.fromEntries([...started].map(([path, name]) => [name, path])),
    },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target,
    minifySyntax: isMinified,
    minifyWhitespace: isMinified,
    // stack traces in a log that a stranger sends name functions
    keepNames: true,
    legalComments: 'none',
    external: [...external, 'pg-native'],
    alias: Object.fromEntries(AS_MODULES.map((name) => [name, moduleOf(name)])),
    // what was CommonJS asks for `require`
    banner: { js: `import{createRequire as _require}from'node:module';const require=_require(import.meta.url);` },
    logLevel: 'warning',
    plugins: [
      {
        name: 'files that lie beside the source lie beside the bundle',
        setup(setup) {
          setup.onLoad({ filter: /packages[/\\](cli|collector|shared|simulator)[/\\]src[/\\].*\.ts$/ }, ({ path }) => {
            const contents = readFileSync(path, 'utf8').replaceAll(AT, (_whole, to: string) => {
              const name = started.get(resolve(dirname(path), to))
              return `new URL(${name === undefined ? placeOf(path, to) : `'./${name}.js'`}, import.meta.url)`
            })
            return { loader: 'ts', contents }
          })
        },
      },
    ],
  })
}

/** The file of a package that is a module. */
function moduleOf(name: string): string {
  const folder = packageFolder(name, join(root, 'packages/collector/package.json'))
  const { module } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { module: string }
  return join(folder, module)
}

/** Programs and threads that the source starts as files of their own, with their names in the bundle. */
function startedFiles(): Map<string, string> {
  const found = new Map<string, string>()
  for (const name of PACKAGES) {
    const folder = join(root, 'packages', name, 'src')
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
      if (file.endsWith('.ts'))
        for (const [, to = ''] of readFileSync(join(folder, file), 'utf8').matchAll(AT)) {
          const path = resolve(dirname(join(folder, file)), to)
          if (to.endsWith('.ts'))
            found.set(path, relative(join(root, 'packages'), path).slice(0, -'.ts'.length).replaceAll(/[/\\]/g, '-'))
        }
  }
  return found
}

function copyNative(folder: string, { os, cpu }: Target): void {
  const collector = createRequire(join(root, 'packages/collector/package.json'))
  const folderOf = (name: string): string => dirname(collector.resolve(`${name}/package.json`))
  const modules = join(folder, 'node_modules')
  const sqlite = folderOf('better-sqlite3')
  for (const part of ['package.json', 'lib'])
    cpSync(join(sqlite, part), join(modules, 'better-sqlite3', part), { recursive: true })
  mkdirSync(join(modules, 'better-sqlite3/prebuilds'))
  const prebuilt = `prebuilds/${os}-${cpu}.node`
  copyFileSync(join(sqlite, prebuilt), join(modules, 'better-sqlite3', prebuilt))
  const argon = folderOf('@node-rs/argon2')
  copyPackage(argon, join(modules, '@node-rs/argon2'))
  if (os === 'win32') {
    // its native part wants Visual C++'s runtime, which a bare Windows lacks
    copyWithDependencies('@node-rs/argon2-wasm32-wasi', join(root, 'packages/collector/package.json'), modules)
    return
  }
  const native = `@node-rs/argon2-${os}-${cpu}-gnu`
  const found = dirname(createRequire(join(argon, 'package.json')).resolve(`${native}/package.json`))
  copyPackage(found, join(modules, native))
}

/** A package, as `from` finds it, and all that it needs, side by side. */
function copyWithDependencies(name: string, from: string, modules: string): void {
  const to = join(modules, name)
  if (existsSync(to)) return
  const folder = packageFolder(name, from)
  copyPackage(folder, to)
  const manifest = join(folder, 'package.json')
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as { dependencies?: Record<string, string> }
  for (const dependency of Object.keys(dependencies)) copyWithDependencies(dependency, manifest, modules)
}

/** Where Node would find a package: not every one lets its package.json be resolved. */
function packageFolder(name: string, from: string): string {
  const places = createRequire(realpathSync(from)).resolve.paths(name) ?? []
  const found = places.map((place) => join(place, name)).find((place) => existsSync(join(place, 'package.json')))
  if (found === undefined) throw new Error(`${name} is not installed; run npm run build first.`)
  return realpathSync(found)
}

/** A package's own files, none of those below its node_modules. */
function copyPackage(from: string, to: string): void {
  cpSync(from, to, {
    recursive: true,
    dereference: true,
    filter: (path) => !path.slice(from.length).includes('node_modules'),
  })
}

/** Licences of everything that pnpm installed for what runs: more than is in the bundle, never less. */
function licences(): string {
  const store = join(root, 'node_modules/.pnpm')
  const texts = new Map<string, string>()
  for (const entry of readdirSync(store).sort()) {
    const modules = join(store, entry, 'node_modules')
    if (!existsSync(modules)) continue
    // a folder of the store is called as the package that lies in it, and its dependencies lie beside it as links
    const name = entry
      .replace(/^(@[^+]+)\+/, '$1/')
      .replace(/@[^@/]*(_.*)?$/, '')
      .replace(/@\d.*$/, '')
    const here = join(modules, name)
    if (!existsSync(here)) continue
    const file = readdirSync(here).find((one) => /^(licen[cs]e|copying)(\.|$)/i.test(one))
    if (file) texts.set(name, readFileSync(join(here, file), 'utf8'))
  }
  const others = [...texts].map(([name, text]) => `${name}\n\n${text}`)
  const own = readFileSync(join(root, 'LICENSE'), 'utf8')
  return [own, 'Node.js: https://github.com/nodejs/node/blob/v24.x/LICENSE', ...others].join('\n\n----\n\n')
}
