import { ConfigError, configOfProcess, optionsHelp } from './config/index.ts'
import { type Program, runProgram, StartError, startProgram } from './index.ts'

if (process.argv.includes('--help')) {
  console.log(`Starts the collector.\n\n${optionsHelp()}\n\nExample: node src/main.ts --port 8854 --data ./data`)
  process.exit(0)
}
try {
  process.exit(
    await runProgram(
      async () => startProgram(configOfProcess()),
      (program) => void invite(program),
    ),
  )
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StartError)) throw error
  console.error(error.message)
  process.exit(1)
}

async function invite(program: Program): Promise<void> {
  const link = await program.signInLink?.()
  if (link !== undefined) console.log(`Make the first account: ${link}`)
}
