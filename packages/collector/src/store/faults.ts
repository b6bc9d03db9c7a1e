import type { FaultKind } from '../model/store-fault.ts'

/** https://sqlite.org/rescode.html; the first that the code begins with. */
const SQLITE: readonly (readonly [string, FaultKind])[] = [
  ['SQLITE_FULL', 'full'],
  ['SQLITE_READONLY_DBMOVED', 'gone'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_BUSY', 'locked'],
  ['SQLITE_LOCKED', 'locked'],
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_NOTADB', 'damaged'],
  ['SQLITE_IOERR', 'disk'],
  ['SQLITE_CANTOPEN', 'disk'],
]
/** https://www.postgresql.org/docs/current/errcodes-appendix.html; the first that the code begins with. */
const POSTGRES: readonly (readonly [string, FaultKind])[] = [
  ['53100', 'full'],
  // a standby, or a server that was made one: the other one takes writes
  ['25006', 'read-only'],
  ['55P03', 'locked'],
  // our own limit for one statement
  ['57014', 'locked'],
  ['XX001', 'damaged'],
  ['XX002', 'damaged'],
  ['58030', 'disk'],
  ['08', 'away'],
  ['57P', 'away'],
  ['53300', 'away'],
  // a brain of a later term has taken over; see ./migrations/0090-cluster.ts
  ['PH001', 'taken'],
]
const NETWORK = /^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EHOST|ENET|EAI_AGAIN)/
/** What pg says in words only. */
const PG_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Client was closed|Postgres connection has been discarded)/

/** What an error says of the database as a whole; undefined where it is about one statement. */
export function faultOf(error: unknown): FaultKind | undefined {
  if (!(error instanceof Error)) return undefined
  const { code: given } = error as { code?: unknown }
  const code = typeof given === 'string' ? given : ''
  const found = [...SQLITE, ...POSTGRES].find(([start]) => code.startsWith(start))
  if (found) return found[1]
  // whatever the reason: of a server behind a socket file ENOENT, and EAGAIN where it stands still and its line is full
  const isConnect = (error as { syscall?: unknown }).syscall === 'connect'
  return isConnect || NETWORK.test(code) || PG_WORDS.test(error.message) ? 'away' : undefined
}
