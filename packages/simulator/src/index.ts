export { runSimulateCommand } from './command.ts'
