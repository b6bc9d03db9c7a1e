import { systemClock } from '@pumphandle/shared/clock'
import { endWithin } from './compose/in-order.ts'
import { ConfigError, configOfProcess, optionsHelp } from './config/index.ts'
import { type Program, StartError, startProgram } from './index.ts'

if (process.argv.includes('--help')) {
  console.log(`Starts the collector.\n\n${optionsHelp()}\n\nExample: node src/main.ts --port 8854 --data ./data`)
  process.exit(0)
}
let program: Program | undefined
// heard from the first moment on: a start that is called off ends as any other
const calledOff = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  // a terminal that closes ends what runs in it; a service is told to look at its files
  process.on('SIGHUP', () => (process.stdin.isTTY ? resolve() : program?.lookAnew()))
})
try {
  const starting = startProgram(configOfProcess())
  // within the same bound where it has not started yet, for its database may have fallen silent meanwhile
  void calledOff.then(async () =>
    process.exit(await endWithin(systemClock, { close: async () => (await starting).close() })),
  )
  const started = await starting
  program = started
  // nothing that it did from then on would count: a service manager starts it anew
  void started.ended?.then((code) => process.exit(code))
  const link = await started.signInLink?.()
  if (link !== undefined) console.log(`Make the first account: ${link}`)
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StartError)) throw error
  console.error(error.message)
  process.exit(1)
}
