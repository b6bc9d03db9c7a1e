export { runSimulateCommand } from './command/command.ts'
export { BAD_CONTENT_AT_S } from './demo/demo-scenario.ts'
export { type Demo, startDemo } from './demo/start-demo.ts'
