import { createHash, randomUUID } from 'node:crypto'
import type { Clock } from '@pumphandle/shared/clock'
import { perMinute, RateByKey } from '@pumphandle/shared/flow'
import type { Request } from 'express'
import * as z from 'zod/mini'
import { Refusal, tooOften } from '../../model/refusal.ts'
import { type Actor, actorKey, countedAs } from '../../people/index.ts'
import { insertAudit } from '../../store/audit.ts'
import {
  beginAnswer,
  begunAnswers,
  deleteAnswersBefore,
  dropAnswer,
  isBegun,
  type KeptAnswer,
  keepAnswer,
  keptAnswer,
} from '../../store/idempotency.ts'
import type { Store } from '../../store/index.ts'
import { readJson } from '../../store/read-json.ts'
import type { Line } from './audit-log.ts'
import type { ServeContext } from './context.ts'
import { IDEMPOTENCY_MS, WRITES_OF_PERSON_PER_MINUTE, WRITES_PER_MINUTE } from './limits.ts'

const KEY = /^[\w.:-]{1,200}$/
/** Kept in place of an answer that showed a secret, which is not written to disk. */
const SECRET_GIVEN = ''
/** Said in the audit log of a write that was cut off. */
const CUT_OFF = 'cut off while it was carried out; look whether it took effect'
/** What an answer's status is once its write was found cut off. */
const WAS_CUT_OFF = 1

/** One write by somebody. */
export interface Write {
  readonly req: Request
  readonly actor: Actor
  readonly route: string
  /** The answer shows a secret once: a repeat is told so instead. */
  readonly secret: boolean
  /** Undefined for what concerns nobody else. Handlers fill it in. */
  readonly line: Line | undefined
}

/**
 * Writes by people and programs: each is known before it begins, so that one that is cut off by a kill leaves a line in the
 * audit log and is never carried out twice. The answer is kept and the line written in one transaction. Repeats with the
 * same Idempotency-Key (IETF draft httpapi-idempotency-key-header) get the first one's answer and do nothing; after a
 * refusal the same key may try again.
 */
export class Idempotency {
  readonly #store: Store
  readonly #clock: Clock
  readonly #clocks: ServeContext['clocks']
  readonly #running = new Set<string>()
  /** Of these the audit log has no line yet. */
  #cutOff: readonly KeptAnswer[] = []
  #telling: Promise<void> | undefined
  readonly #rate = new RateByKey(perMinute(WRITES_PER_MINUTE))
  readonly #ofPerson = new RateByKey(perMinute(WRITES_OF_PERSON_PER_MINUTE))

  constructor({ store, clock, clocks }: Pick<ServeContext, 'store' | 'clock' | 'clocks'>) {
    this.#store = store
    this.#clock = clock
    this.#clocks = clocks
  }

  /**
   * Writes that were cut off when a collector was killed get their line in the audit log, before the next one begins; pages do
   * not wait for the disk that takes the line. Call once, before any other.
   */
  async recover(): Promise<void> {
    this.#cutOff = await begunAnswers(this.#store.reader)
    this.#told().catch(() => undefined)
  }

  /** @throws (rejects) where that cannot be stored now; the next write tries again */
  #told(): Promise<void> {
    this.#telling ??= this.#tellCutOff().catch((error: unknown) => {
      this.#telling = undefined
      throw error
    })
    return this.#telling
  }

  async #tellCutOff(): Promise<void> {
    for (const begun of this.#cutOff) {
      const { key, actor, body, created_at } = begun
      await this.#store.transaction(async (tx) => {
        const line = readJson(LineRecord, body, { table: 'idempotency', id: key })
        if (line) await insertAudit(tx, { ...line, at: created_at, detail: CUT_OFF })
        await keepAnswer(tx, { key, actor, status: WAS_CUT_OFF, body: SECRET_GIVEN })
      })
      this.#cutOff = this.#cutOff.filter((one) => one !== begun)
    }
  }

  async run({ req, actor, route, secret, line }: Write, work: () => Promise<unknown>): Promise<unknown> {
    const key = req.headers['idempotency-key'] ?? `none:${randomUUID()}`
    if (typeof key !== 'string' || !KEY.test(key))
      throw new Refusal(
        'malformed',
        'Bad idempotency key',
        'Idempotency-Key takes 1 to 200 letters, digits, dots, colons, dashes.',
      )
    await this.#told()
    const who = actorKey(actor)
    const now = this.#clock.now()
    if (!this.#rate.take(who, now) || !this.#ofPerson.take(countedAs(actor), now))
      throw tooOften(
        'Too many writes',
        `More than ${WRITES_PER_MINUTE} writes in a minute. Slow down, or change many machines by one query.`,
        10,
      )
    const hash = requestHash(req, route)
    const mine = `${who} ${key}`
    if (this.#running.has(mine))
      throw new Refusal(
        'conflict',
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
      const began = this.#clock.now()
      const intent = line === undefined ? '' : JSON.stringify(line)
      await beginAnswer(this.#store.db, { key, actor: who, request_hash: hash, body: intent, created_at: began })
      const answer = await this.#carryOut(key, who, work)
      const body = secret ? SECRET_GIVEN : JSON.stringify(answer ?? null)
      await this.#store.transaction(async (tx) => {
        if (line) await insertAudit(tx, { at: this.#clock.now(), ...line })
        await keepAnswer(tx, { key, actor: who, status: 200, body })
        if (this.#clocks.mayDelete) await deleteAnswersBefore(tx, began - IDEMPOTENCY_MS)
      })
      return answer
    } finally {
      this.#running.delete(mine)
    }
  }

  async #carryOut(key: string, who: string, work: () => Promise<unknown>): Promise<unknown> {
    try {
      return await work()
    } catch (error) {
      // a refusal did nothing; of whatever else failed nobody knows: an incident may hold a note that waits for the disk
      if (error instanceof Refusal)
        await dropAnswer(this.#store.db, key, who).catch(() => {
          // it is found as cut off by the next start
        })
      throw error
    }
  }
}

const LineRecord = z.object({ actor: z.string(), action: z.string(), subject: z.string(), detail: z.string() })

function repeated(same: boolean, kept: KeptAnswer): unknown {
  const { key, body, status } = kept
  if (!same)
    throw new Refusal('unfit', 'Key was used', 'This Idempotency-Key belongs to another request. Make up a new key.')
  if (isBegun(kept) || status === WAS_CUT_OFF)
    throw new Refusal(
      'conflict',
      'Cut off',
      'The first request with this key was cut off while it was carried out. Look whether it took effect; if it did not, use a new key.',
    )
  if (body === SECRET_GIVEN)
    throw new Refusal(
      'conflict',
      'Already done',
      'This was done already, and its secret is shown only once. Make a new one.',
    )
  const answer = readJson(z.unknown(), body, { table: 'idempotency', id: key })
  if (answer === undefined)
    throw new Refusal(
      'conflict',
      'Already done',
      'This was done already, but its answer is damaged. Look at what it changed.',
    )
  return answer
}

function requestHash(req: Request, route: string): string {
  const body = typeof req.body === 'string' ? req.body : JSON.stringify(req.body ?? null)
  return createHash('sha256').update(`${route}\n${req.originalUrl}\n${body}`).digest('hex')
}
