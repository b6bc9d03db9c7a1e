export { hostOf } from './delivery/deliver.ts'
export { Notifier } from './notifier.ts'
