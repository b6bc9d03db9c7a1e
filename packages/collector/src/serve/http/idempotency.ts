import { createHash } from 'node:crypto'
import type { Clock } from '@pumphandle/shared/clock'
import type { Request } from 'express'
import * as z from 'zod/mini'
import { Refusal } from '../../model/refusal.ts'
import { type Actor, actorKey } from '../../people/index.ts'
import { deleteAnswersBefore, type KeptAnswer, keepAnswer, keptAnswer } from '../../store/idempotency.ts'
import type { Store } from '../../store/index.ts'
import { readJson } from '../../store/read-json.ts'
import { IDEMPOTENCY_MS } from './limits.ts'

const KEY = /^[\w.:-]{1,200}$/
/** Kept in place of an answer that showed a secret, which is not written to disk. */
const SECRET_GIVEN = ''

/**
 * Repeats of a write with the same Idempotency-Key (IETF draft httpapi-idempotency-key-header) get the first one's answer
 * and do nothing. Only answers that succeeded are kept: after a refusal the same key may try again.
 */
export class Idempotency {
  readonly #store: Store
  readonly #clock: Clock
  readonly #running = new Set<string>()

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** @param secret the answer shows a secret once: a repeat is told so instead */
  async run(
    req: Request,
    actor: Actor,
    route: string,
    secret: boolean,
    work: () => Promise<unknown>,
  ): Promise<unknown> {
    const key = req.headers['idempotency-key']
    if (key === undefined) return work()
    if (typeof key !== 'string' || !KEY.test(key))
      throw new Refusal(
        400,
        'Bad idempotency key',
        'Idempotency-Key takes 1 to 200 letters, digits, dots, colons, dashes.',
      )
    const who = actorKey(actor)
    const hash = requestHash(req, route)
    const mine = `${who} ${key}`
    if (this.#running.has(mine))
      throw new Refusal(
        409,
        'Still running',
        'The first request with this key is still running. Try again in a second.',
        {
          retryAfterSeconds: 1,
        },
      )
    this.#running.add(mine)
    try {
      const kept = await keptAnswer(this.#store.db, key, who)
      if (kept) return repeated(kept.request_hash === hash, kept)
      const answer = await work()
      const now = this.#clock.now()
      const body = secret ? SECRET_GIVEN : JSON.stringify(answer)
      await keepAnswer(this.#store.db, { key, actor: who, request_hash: hash, status: 200, body, created_at: now })
      await deleteAnswersBefore(this.#store.db, now - IDEMPOTENCY_MS)
      return answer
    } finally {
      this.#running.delete(mine)
    }
  }
}

function repeated(same: boolean, { key, body }: KeptAnswer): unknown {
  if (!same)
    throw new Refusal(422, 'Key was used', 'This Idempotency-Key belongs to another request. Make up a new key.')
  if (body === SECRET_GIVEN)
    throw new Refusal(409, 'Already done', 'This was done already, and its secret is shown only once. Make a new one.')
  const answer = readJson(z.unknown(), body, { table: 'idempotency', id: key })
  if (answer === undefined)
    throw new Refusal(409, 'Already done', 'This was done already, but its answer is damaged. Look at what it changed.')
  return answer
}

function requestHash(req: Request, route: string): string {
  const body = typeof req.body === 'string' ? req.body : JSON.stringify(req.body ?? null)
  return createHash('sha256').update(`${route}\n${req.originalUrl}\n${body}`).digest('hex')
}
