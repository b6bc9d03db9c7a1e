import { createRequire } from 'node:module'
import { join } from 'node:path'
import { KeptCode } from './run/kept-code.ts'

// `run` and `service` are the paths that must be fast: they load nothing that they do not need. Every other command is for a
// person, who waits gladly for a help text.
const [command, ...args] = process.argv.slice(2)
if ((command === 'run' || command === 'service') && !args.includes('--help')) void runHot(command)
else void import('./commands/index.ts').then(({ runCommand }) => runCommand(process.argv))

/** Files of the bundle that the first second runs. */
const HOT = new Set(['./hot.cjs', './service.cjs'])

async function runHot(name: string): Promise<void> {
  const data = args.indexOf('--data')
  const folder = data < 0 ? undefined : args[data + 1]
  // from the source, each module is a file of its own
  if (folder === undefined || !import.meta.filename.endsWith('.cjs'))
    return (await import('./run/hot.ts')).runHot(name, args)
  const kept = new KeptCode(folder, createRequire(import.meta.filename))
  const hot = kept.load(join(import.meta.dirname, 'hot.cjs'), HOT) as typeof import('./run/hot.ts')
  hot.runHot(name, args, () => kept.keep())
}
