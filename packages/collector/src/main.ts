import { ConfigError, configOfProcess, optionsHelp } from './config/index.ts'
import { StartError, startCollector } from './index.ts'

if (process.argv.includes('--help')) {
  console.log(`Starts the collector.\n\n${optionsHelp()}\n\nExample: node src/main.ts --port 8854 --data ./data`)
  process.exit(0)
}
try {
  const collector = await startCollector(configOfProcess())
  if (collector.signInLink !== undefined) console.log(`Make the first account: ${collector.signInLink}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void collector.close().then(() => process.exit(0)))
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StartError)) throw error
  console.error(error.message)
  process.exit(1)
}
