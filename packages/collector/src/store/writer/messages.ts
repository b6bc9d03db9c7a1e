import type { SqliteRole } from './connection.ts'
import type { Packed } from './packed.ts'

/** What the thread is started with. */
export interface ThreadData {
  readonly file: string
  readonly role: SqliteRole
}

/** A statement for the thread; `undefined` closes the connection and ends it. */
export type Request = { readonly sql: string; readonly parameters: readonly unknown[] | Packed } | undefined

/** `code` of a SqliteError; without one it is another error. */
export interface Failure {
  readonly failed: { readonly message: string; readonly code: string | undefined }
}

/** What a statement that did not fail gives. */
export type Outcome =
  | { readonly rows: readonly unknown[] }
  | { readonly changes: number; readonly insertId: number | bigint }

/** What became of a statement; answers come in the order of the requests. The first is of the opening. */
export type Answer = (Outcome | Failure) & { readonly inTransaction: boolean }
