/**
 * Organisations warn each other: a collector's side (`member`), and the server that merges what they say (`server`).
 * docs/commons.md says what leaves the house.
 */
export { readSent, readState, Service } from './member/service.ts'
export { sentenceOf } from './member/words.ts'
export { type CommonsServer, startCommonsServer } from './server/server.ts'
