import { systemClock } from '@pumphandle/shared/clock'
import { endWithin } from './compose/in-order.ts'
import { ConfigError, configOfProcess, optionsHelp } from './config/index.ts'
import { StartError, startProgram } from './index.ts'

if (process.argv.includes('--help')) {
  console.log(`Starts the collector.\n\n${optionsHelp()}\n\nExample: node src/main.ts --port 8854 --data ./data`)
  process.exit(0)
}
// heard from the first moment on: a start that is called off ends as any other
const calledOff = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
})
try {
  const program = await startProgram(configOfProcess())
  void calledOff.then(async () => process.exit(await endWithin(systemClock, program)))
  // nothing that it did from then on would count: a service manager starts it anew
  void program.ended?.then((code) => process.exit(code))
  const link = await program.signInLink?.()
  if (link !== undefined) console.log(`Make the first account: ${link}`)
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StartError)) throw error
  console.error(error.message)
  process.exit(1)
}
