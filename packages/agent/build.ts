import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

// Bundles the agent into packages/agent/dist/bundle: three files of plain JavaScript that any Node 22 runs, beside their
// native parts. `--msi` also makes the Windows installer.

const here = import.meta.dirname
const bundle = join(here, 'dist', 'bundle')
const require = createRequire(import.meta.filename)

/** What starts in the first second is one file; what a person or a timer asks for is in files of its own. */
const ENTRIES = {
  agent: join(here, 'src', 'main.ts'),
  commands: join(here, 'src', 'commands', 'index.ts'),
  hardware: join(here, 'src', 'live', 'hardware-process.ts'),
}

rmSync(bundle, { recursive: true, force: true })
mkdirSync(bundle, { recursive: true })
await build({
  entryPoints: ENTRIES,
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
      name: 'commands in a file of their own',
      setup(setup) {
        setup.onResolve({ filter: /\/commands\/index\.ts$/ }, ({ kind }) =>
          kind === 'dynamic-import' ? { path: './commands.cjs', external: true } : undefined,
        )
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
