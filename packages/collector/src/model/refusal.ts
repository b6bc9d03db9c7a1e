/** What a refusal is told with beside its sentence: RFC 9457's extension members that the API has. */
export interface RefusalDetail {
  readonly errors?: readonly { path: string; message: string }[]
  readonly position?: { start: number; end: number }
  readonly suggestions?: readonly string[]
  readonly retryAfterSeconds?: number
  /** Methods that the address takes, with 405. */
  readonly allow?: readonly string[]
}

/** Why the answer is no. What each is over HTTP, serve/http/problems.ts says. */
export type RefusalKind =
  | 'malformed'
  | 'unfit'
  | 'not-signed-in'
  | 'not-allowed'
  | 'unknown'
  | 'gone'
  | 'conflict'
  | 'too-large'
  | 'too-often'
  | 'wrong-method'
  | 'wrong-type'
  | 'unavailable'
  | 'fault'

/**
 * A request that is answered with no, on purpose: its kind, a title that never changes for the same cause, and a
 * sentence that says what to do. Anything else that is thrown is a fault of the program and answers 500.
 */
export class Refusal extends Error {
  readonly kind: RefusalKind
  readonly title: string
  readonly more: RefusalDetail

  constructor(kind: RefusalKind, title: string, detail: string, more: RefusalDetail = {}) {
    super(detail)
    this.name = 'Refusal'
    this.kind = kind
    this.title = title
    this.more = more
  }
}

/** @param wait how long until it may be tried again, seconds */
export const tooOften = (title: string, detail: string, wait: number): Refusal =>
  new Refusal('too-often', title, detail, { retryAfterSeconds: wait })

export const notFound = (what: string, id: string | number): Refusal =>
  new Refusal(
    'unknown',
    'Not found',
    `There is no ${what} ${id}. It may have been removed, or the address is mistyped.`,
  )
