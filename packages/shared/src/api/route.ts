import type * as z from 'zod'
import type { Role } from './people.ts'

/** Who may call a route: anyone, or a person with at least this role (an API token's scope read/write/admin is alike). */
export type Access = 'public' | Role

/** One route of the API: the description, the server's check and the client are made from it. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below /api/v1 with `{names}`. */
  path: string
  access: Access
  summary: string
  query?: z.ZodObject
  body?: z.ZodType
  /** Takes the body as a form of HTML's, as OAuth's own requests are. */
  form?: true
  /** Takes a file of this media type instead of JSON. */
  file?: 'text/csv'
  /** JSON answer; absent for streams and files, which name their media type. */
  response?: z.ZodType
  media?: string
  /** The answer shows a secret that exists nowhere else: it is not kept for repeats. */
  showsSecret?: true
  /** Also for people who have some places of the fleet; the others are for those who have all of it. */
  byPlace?: true
  /** Concerns nobody but the person who calls it: it leaves no line in the audit log. */
  own?: true
  /** A read that the audit log tells of: a file that leaves each time, a page that is opened once an hour. */
  audited?: 'opened' | 'exported'
  /** Also for who has to set up a second factor before anything else. */
  enrols?: true
  /** Guessed at by strangers, so that failures are counted by address and account. Never kept for repeats. */
  signsIn?: true
}

export const route = <const R extends Route>(r: R): R => r
