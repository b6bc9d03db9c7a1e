export { hostOf } from './deliver.ts'
export { Notifier } from './notifier.ts'
