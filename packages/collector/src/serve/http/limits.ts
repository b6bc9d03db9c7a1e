import { DAY, MINUTE } from '@pumphandle/shared/time'
/** Largest JSON body: a runbook of 50,000 characters in its worst encoding. */
export const MAX_JSON_BYTES = 512 * 1024
/** Of a route that strangers may call: a sign-in with a passkey's word, which has some 2 kB. */
export const MAX_STRANGERS_JSON_BYTES = 32 * 1024
/** Largest practices file: the national epraccur.csv has 3 MB. */
export const MAX_IMPORT_BYTES = 16 * 1024 * 1024
/** Failed sign-ins within the window from one address: an office behind one address mistypes less. */
export const SIGN_IN_FAILURES_PER_ADDRESS = 20
/** Failed sign-ins within the window for one account, from anywhere. */
export const SIGN_IN_FAILURES_PER_ACCOUNT = 50
export const SIGN_IN_WINDOW_MS = 15 * MINUTE
/** Requests that one address may make in a minute: a page makes about 60, an office has 100 pages behind one address. */
export const REQUESTS_PER_MINUTE = 6_000
/** Writes of one person or token in a minute: a script that works through a list; each leaves a row for a day. */
export const WRITES_PER_MINUTE = 600
/** Of one person with all their tokens. */
export const WRITES_OF_PERSON_PER_MINUTE = 1_800
/** Reads of one person, with all their tokens, that are answered at once: as many as a browser asks for on one connection. */
export const READS_AT_ONCE = 8
/** And those that wait for their turn: several pages that come back in one moment. */
export const READS_WAITING = 500
/** Files that leave to one person at once. */
export const FILES_AT_ONCE = 4
/**
 * Lines of the audit log that one person or token makes in a minute by what is no write of the fleet's: machines that are opened,
 * files that leave, sign-ins. They are kept for two years.
 */
export const LINES_PER_MINUTE = 600
/** Of one address whose people have not signed in: an office that begins at nine. */
export const STRANGERS_LINES_PER_MINUTE = 120
/** How long a write's answer is kept for its idempotency key: over a night. */
export const IDEMPOTENCY_MS = DAY
