/** Copies of a SQLite database: made while it is used, put back, and saved from a damaged one. */

export { unreadOf } from './check.ts'
export { backUp, type Check, check } from './copies.ts'
export { type Recovered, recover } from './recover.ts'
export { putInPlace } from './work.ts'
