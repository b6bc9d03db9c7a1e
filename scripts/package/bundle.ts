import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** What is started by its name: the program, and what runs beside it. */
const ENTRIES = {
  pumphandle: 'packages/cli/src/main.ts',
  gateway: 'packages/collector/src/gateway/process/main.ts',
  checkpoints: 'packages/collector/src/store/checkpoints/worker.ts',
  simulator: 'packages/simulator/src/main.ts',
}

/** Where the source finds a file that lies beside it, and where the bundle, whose files lie all in one folder, finds it. */
const PLACES: readonly (readonly [file: string, source: string, bundle: string])[] = [
  ['packages/collector/src/gateway/process/pool.ts', "'main.ts'", "'./gateway.js'"],
  ['packages/collector/src/store/checkpoints/checkpoints.ts', "'./worker.ts'", "'./checkpoints.js'"],
  ['packages/collector/src/compose/collector.ts', "'../../../dashboard/dist/web'", "'./web'"],
  ['packages/simulator/src/live/run-live.ts', "'../main.ts'", "'./simulator.js'"],
]

/** Packages with a native part: they stay as they are, without what only compiles them. */
const NATIVE = ['better-sqlite3', '@node-rs/argon2']

export interface Target {
  readonly os: 'linux' | 'win32'
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
  await build({
    entryPoints: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, join(root, path)])),
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    // stack traces in a log that a stranger sends name functions
    keepNames: true,
    legalComments: 'none',
    external: [...NATIVE, 'pg-native'],
    // what was CommonJS asks for `require`
    banner: { js: `import{createRequire as _require}from'node:module';const require=_require(import.meta.url);` },
    logLevel: 'warning',
    plugins: [
      {
        name: 'files that lie beside the source lie beside the bundle',
        setup(setup) {
          for (const [file, source, bundle] of PLACES)
            setup.onLoad({ filter: new RegExp(`${file.replaceAll(/[/.]/g, '[\\/.\\\\]')}$`) }, ({ path }) => {
              const text = readFileSync(path, 'utf8')
              if (!text.includes(`new URL(${source}, import.meta.url)`))
                throw new Error(`${file} does not name ${source} any more; mend PLACES in scripts/package/bundle.ts.`)
              return { loader: 'ts', contents: text.replace(`new URL(${source}`, `new URL(${bundle}`) }
            })
        },
      },
    ],
  })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  cpSync(web, join(folder, 'web'), { recursive: true })
  cpSync(join(root, 'packages/collector/src/incidents/runbooks'), join(folder, 'runbooks'), { recursive: true })
  copyNative(folder, target)
  writeFileSync(join(folder, 'LICENSES.txt'), licences())
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
  const native = `@node-rs/argon2-${os}-${cpu}-${os === 'linux' ? 'gnu' : 'msvc'}`
  const found = dirname(createRequire(join(argon, 'package.json')).resolve(`${native}/package.json`))
  copyPackage(found, join(modules, native))
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
