import { isBuiltin } from 'node:module'
import { join, relative } from 'node:path'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

// What is loaded between the start of Windows and the first crash's leaving. Each file and each module of Node's costs
// time that a machine in a boot loop may not have, so each new one is to be seen and meant: hot-start.txt changes with it.
// After such a change: `vitest run packages/agent/tests/hot-start.test.ts -u`.

const packages = join(import.meta.dirname, '../..')

interface Bundled {
  /** Everything that is loaded before anything is imported later: files below packages, other people's packages, Node's modules. */
  loaded: string[]
  text: string
}

async function bundled(entry: string): Promise<Bundled> {
  const outside = new Set<string>()
  const { metafile, outputFiles } = await build({
    entryPoints: [join(packages, 'agent/src', entry)],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    absWorkingDir: packages,
    plugins: [
      {
        name: 'what is imported later does not count',
        setup(setup) {
          setup.onResolve({ filter: /.*/ }, ({ kind, path }) => {
            if (kind === 'dynamic-import') return { path, external: true }
            if (!isBuiltin(path)) return undefined
            outside.add(path)
            return { path, external: true }
          })
        },
      },
    ],
  })
  const files = Object.keys(metafile.inputs).map((file) => {
    const [, dependency] = /node_modules\/(?!.*node_modules\/)((?:@[^/]+\/)?[^/]+)/.exec(file) ?? []
    return dependency ?? relative(packages, join(packages, file)).replaceAll('\\', '/')
  })
  return { loaded: [...new Set([...files, ...outside])].sort(), text: outputFiles.map(({ text }) => text).join('') }
}

it('the first second loads what hot-start.txt lists, and nothing else', async () => {
  const entries = await Promise.all(['main.ts', 'run/hot.ts', 'run/service.ts'].map(bundled))
  const loaded = [...new Set(entries.flatMap((entry) => entry.loaded))].sort()
  await expect(`${loaded.join('\n')}\n`).toMatchFileSnapshot('hot-start.txt')
})

it('the first second knows nothing of what takes long', async () => {
  const { loaded } = await bundled('run/hot.ts')
  for (const slow of ['better-sqlite3', 'pino', 'systeminformation', 'zod', 'commander'])
    expect(loaded).not.toContain(slow)
})

// the first formatter of dates or numbers takes 20 ms, and the memory of its tables for good
it.each(['main.ts', 'run/hot.ts', 'run/service.ts', 'run/routine.ts', 'uplink/collector-frame.ts'])(
  'nothing that %s loads needs the tables of languages',
  async (entry) => expect((await bundled(entry)).text).not.toMatch(/\bIntl\b|\.toLocale/),
)
