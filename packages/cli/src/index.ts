export { describeProgram } from './program.ts'
export { runCli } from './run.ts'
