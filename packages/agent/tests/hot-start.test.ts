import { isBuiltin } from 'node:module'
import { join, relative } from 'node:path'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

// What is loaded between the start of Windows and the first crash's leaving. Each file and each module of Node's costs
// time that a machine in a boot loop may not have, so each new one is to be seen and meant: hot-start.txt changes with it.
// After such a change: `vitest run packages/agent/tests/hot-start.test.ts -u`.

const packages = join(import.meta.dirname, '../..')

/** Everything that an entry loads before anything is imported later: files below packages, other people's packages, Node's modules. */
async function loadedBy(entry: string): Promise<string[]> {
  const outside = new Set<string>()
  const { metafile } = await build({
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
  return [...new Set([...files, ...outside])].sort()
}

it('the first second loads what hot-start.txt lists, and nothing else', async () => {
  const entries = await Promise.all(['main.ts', 'run/hot.ts', 'run/service.ts'].map(loadedBy))
  const loaded = [...new Set(entries.flat())].sort()
  await expect(`${loaded.join('\n')}\n`).toMatchFileSnapshot('hot-start.txt')
})

it('the first second knows nothing of what takes long', async () => {
  const loaded = await loadedBy('run/hot.ts')
  for (const slow of ['better-sqlite3', 'pino', 'systeminformation', 'zod', 'commander'])
    expect(loaded).not.toContain(slow)
})
