import { runSimulateCommand } from './command/command.ts'

process.exitCode = await runSimulateCommand(process.argv.slice(2))
