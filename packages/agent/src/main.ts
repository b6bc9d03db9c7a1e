import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// `run` and `service` are the paths that must be fast: they load nothing that they do not need, and Node keeps what it
// compiled beside the data. Every other command is for a person, who waits gladly for a help text.
const [command, ...args] = process.argv.slice(2)
if ((command === 'run' || command === 'service') && !args.includes('--help')) {
  const data = args[args.indexOf('--data') + 1]
  if (args.includes('--data') && data !== undefined) enableCompileCache(join(data, 'compiled'))
  void import('./run/hot.ts').then(({ runHot }) => runHot(command, args))
} else void import('./commands/index.ts').then(({ runCommand }) => runCommand(process.argv))
