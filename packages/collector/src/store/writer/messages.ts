import type { SqliteRole } from './connection.ts'
import type { Packed } from './packed.ts'

/** What the thread is started with. */
export interface ThreadData {
  readonly file: string
  readonly role: SqliteRole
}

/** Statements for the thread, one after the other; `undefined` closes the connection and ends it. */
export type Request =
  | {
      /** Each with how many of the values are its. */
      readonly statements: readonly { readonly sql: string; readonly values: number }[]
      /** Of all statements, in their order. */
      readonly values: readonly unknown[] | Packed
      /**
       * `begins`: a transaction begins before them. `goes on`: they are part of one, and never run outside it. `apart`: of
       * none, or it does not matter. `whole`: they are one, which is committed with them, or taken back where one fails.
       */
      readonly transaction: 'begins' | 'goes on' | 'apart' | 'whole'
    }
  | undefined

/** `code` of a SqliteError; without one it is another error. */
export interface Failure {
  readonly failed: { readonly message: string; readonly code: string | undefined }
}

/** What a statement that did not fail gives. */
export type Outcome =
  | { readonly rows: readonly unknown[] }
  | { readonly changes: number; readonly insertId: number | bigint }

/** What became of a request, statement by statement; answers come in the order of requests. The first is of the opening. */
export type Answer = { readonly outcomes: readonly Outcome[] } | Failure
