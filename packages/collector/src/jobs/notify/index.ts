export { type ChannelFields, ChannelSeals } from './channel-seals.ts'
export { hostOf } from './delivery/deliver.ts'
export { Notifier } from './notifier.ts'
export { channelsOf, dayOf, spansOf } from './rota/on-call.ts'
