import { runSimulateCommand } from './command.ts'

process.exitCode = await runSimulateCommand(process.argv.slice(2))
