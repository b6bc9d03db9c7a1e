import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

// Bundles the agent into packages/agent/dist/bundle: three files of plain JavaScript that any Node 22 runs, beside their
// native parts. `--msi` also makes the Windows installer.

const here = import.meta.dirname
const bundle = join(here, 'dist', 'bundle')
const require = createRequire(import.meta.filename)

/**
 * One file for each thing that is loaded at a time of its own: `hot` in the first second, the rest when it is needed. What
 * several need is in each of them: less to read at a start than files that share.
 */
const ENTRIES: Record<string, string> = {
  agent: 'main.ts',
  hot: 'run/hot.ts',
  service: 'run/service.ts',
  enrolment: 'run/enrolment.ts',
  routine: 'run/routine.ts',
  'file-log': 'log/file-log.ts',
  understood: 'spool/understood.ts',
  'collector-frame': 'uplink/collector-frame.ts',
  hardware: 'live/hardware.ts',
  'hardware-process': 'live/hardware-process.ts',
  commands: 'commands/index.ts',
}
const fileOf = new Map(Object.entries(ENTRIES).map(([name, path]) => [join(here, 'src', path), `./${name}.cjs`]))

rmSync(bundle, { recursive: true, force: true })
mkdirSync(bundle, { recursive: true })
await build({
  entryPoints: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, join(here, 'src', path)])),
  outdir: bundle,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  // `import()` becomes require: Node's loader of ES modules alone would cost the first second 10 ms
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  legalComments: 'external',
  logLevel: 'warning',
  plugins: [
    {
      name: 'what is imported later is a file of its own',
      setup(setup) {
        setup.onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ kind, path, resolveDir }) => {
          const file = kind === 'dynamic-import' ? fileOf.get(join(resolveDir, path)) : undefined
          return file === undefined ? undefined : { path: file, external: true }
        })
      },
    },
  ],
})
const sqlite = dirname(require.resolve('better-sqlite3/package.json'))
copyFileSync(join(sqlite, 'prebuilds', `${process.platform}-${process.arch}.node`), join(bundle, 'better_sqlite3.node'))

if (process.argv.includes('--msi')) {
  const { buildInstaller } = await import('./installer/installer.ts')
  console.log(buildInstaller(bundle))
}
