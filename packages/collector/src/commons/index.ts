/**
 * Organisations warn each other: a collector's side (`member`), and the server that merges what they say (`server`).
 * docs/commons.md says what leaves the house.
 */
export { Member } from './member/member.ts'
export { readSent, readState, Service } from './member/service.ts'
export { sentenceOf } from './member/words.ts'
export { Pool } from './server/answer.ts'
export { type Merged, merged } from './server/merged.ts'
export { type CommonsServer, startCommonsServer } from './server/server.ts'
export { voicesOf } from './server/voices.ts'
export { newPrivateKey } from './words/signature.ts'
