/** What is known of each version: for how long machines had it, how they failed beside others, and what can be said of it. */
export { VersionBook, type WordChange } from './book.ts'
export { FAILURE_CLASSES, type FailureClass, type VersionFailure } from './failures.ts'
export { type VersionCount, VersionLedger } from './ledger.ts'
