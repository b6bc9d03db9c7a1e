// `run` and `service` are the paths that must be fast: they load nothing that they do not need. Every other command is for a
// person, who waits gladly for a help text.
const [command, ...args] = process.argv.slice(2)
if ((command === 'run' || command === 'service') && !args.includes('--help'))
  void import('./run/hot.ts').then(({ runHot }) => runHot(command, args))
else void import('./commands/index.ts').then(({ runCommand }) => runCommand(process.argv))

export {}
