import type { CommonsReport, ComponentRef } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { MINUTE } from '@pumphandle/shared/time'
import * as z from 'zod'
import type { FactRegistry, Population } from '../../detect/index.ts'
import { Job } from '../../log/job.ts'
import type { Logger } from '../../log/logger.ts'
import type { Store } from '../../store/index.ts'
import { readJson } from '../../store/read-json.ts'
import { readSnapshot, writeSnapshot } from '../../store/snapshots.ts'
import type { VersionCount } from '../../versions/index.ts'
import { StoredTally } from '../counts/tally.ts'
import { REPORT_EVERY_MS } from '../words/limits.ts'
import { isPublic } from '../words/public.ts'
import { type SigningKey, signingKey } from '../words/signature.ts'
import { NotTaken, send } from './line.ts'
import { Member } from './member.ts'
import { SENT, STATE, State, TALLY } from './state.ts'
import type { Warning } from './warnings.ts'
import { sentenceOf } from './words.ts'

/** How much of the counts a crash of the collector may cost. */
const TALLY_EVERY_MS = 10 * MINUTE

export interface ServiceDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  /** The organisation's private key: PKCS #8, base64url. */
  readonly key: string
  /** Address of the commons, without a slash at the end. */
  readonly server: string
  readonly facts: FactRegistry
  readonly population: Population
  /** Has each failure told to {@link Service.count}. */
  readonly listen: (heard: ((count: VersionCount) => void) | undefined) => void
  /** The fleet's own incident that blames a version. */
  readonly incidentOf: (key: string) => number | null
  /** Tells people; called once for each warning. */
  readonly tell: (warning: { id: string; sentence: string; component: ComponentRef }, at: number) => Promise<void>
  readonly fetch?: typeof fetch
}

/** Takes part in a commons while the collector runs: reports each minute, keeps what it hears where others can show it. */
export class Service extends Job {
  readonly #deps: ServiceDeps
  readonly #key: SigningKey
  readonly #member: Member
  readonly #state: Pick<State, 'server' | 'key'> & Omit<State, 'server' | 'key' | 'warnings' | 'seen'>
  #tallyAt: number

  private constructor(deps: ServiceDeps, key: SigningKey, stored: State | undefined) {
    super({
      ...deps,
      everyMs: REPORT_EVERY_MS,
      run: () => this.#turn(),
      failed: 'the commons could not be told or heard; tried again in half a minute',
    })
    this.#deps = deps
    this.#key = key
    const { clock, facts, population, server } = deps
    this.#member = new Member({ facts, population, isPublic, key: key.publicKey, stored })
    const { number = 0, sentAt = null, answeredAt = null, problem = null, organisations = 0 } = stored ?? {}
    this.#state = { server, key: key.publicKey, number, sentAt, answeredAt, problem, organisations }
    this.#tallyAt = clock.now()
  }

  /** Takes up what was known at the end, and counts from now on. */
  static async open(deps: ServiceDeps): Promise<Service> {
    const { clock, store, listen } = deps
    const now = clock.now()
    const key = signingKey(deps.key)
    const state = await readState(store)
    // another commons is told nothing of this one
    const service = new Service(deps, key, state?.server === deps.server ? state : undefined)
    const tally = await readSnapshot(store.reader, TALLY)
    const counts = tally && readJson<StoredTally>(StoredTally, tally.body, { table: 'snapshot', id: TALLY })
    if (counts) service.#member.load(counts, now)
    service.#member.tally.step(now)
    listen((count) => service.#member.tally.count(count))
    await service.#write(now)
    return service
  }

  override async close(): Promise<void> {
    this.#deps.listen(undefined)
    await super.close()
    await this.#writeTally(this.#deps.clock.now())
  }

  async #turn(): Promise<void> {
    const { clock, store } = this.#deps
    const report = this.#member.report(clock.now())
    if (report) {
      const body = JSON.stringify(report)
      await this.#exchange(body, report.number)
      await writeSnapshot(store.db, SENT, { at: clock.now(), seq: 0, body })
    }
    const now = clock.now()
    await this.#write(now)
    await this.#tell(now)
    if (now - this.#tallyAt >= TALLY_EVERY_MS) await this.#writeTally(now)
  }

  async #exchange(body: string, number: number): Promise<void> {
    const { clock, log, server, fetch: ask } = this.#deps
    const state = this.#state
    state.number = number
    state.sentAt = clock.now()
    try {
      const answer = await send({ server, key: this.#key, fetch: ask }, body)
      Object.assign(state, { answeredAt: clock.now(), problem: null, organisations: answer.organisations })
      this.#member.take(answer, clock.now())
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error
      if (state.problem !== error.message) log.warn({ reason: error.message }, 'the commons did not take a report')
      state.problem = error.message
    }
  }

  /** Tells people of new warnings, once each; where our own incident blames the version already, it has told them. */
  async #tell(now: number): Promise<void> {
    const { incidentOf, tell, log } = this.#deps
    const news = this.#member.warnings.all.filter(({ isTold, overAt }) => !isTold && overAt === null)
    if (news.length === 0) return
    for (const warning of news) warning.isTold = true
    // first that they were told: two messages are worse than one that a crash of this second swallows and the page shows
    await this.#write(now)
    for (const { key, seen, since } of news) {
      log.warn({ version: key, organisations: seen.failing }, 'other organisations see a version fail')
      if (incidentOf(key) !== null) continue
      await tell({ id: `${key}-${since}`, sentence: sentenceOf(seen), component: seen.component }, now)
    }
  }

  async #write(now: number): Promise<void> {
    const { incidentOf, store } = this.#deps
    const warnings = this.#member.warnings.all.map((one: Warning) => ({ ...one, incident: incidentOf(one.key) }))
    const state: State = { ...this.#state, warnings, seen: [...this.#member.seen] }
    await writeSnapshot(store.db, STATE, { at: now, seq: 0, body: JSON.stringify(state) })
  }

  async #writeTally(now: number): Promise<void> {
    this.#tallyAt = now
    await writeSnapshot(this.#deps.store.db, TALLY, {
      at: now,
      seq: 0,
      body: JSON.stringify(this.#member.tally.save()),
    })
  }
}

/** What the last process that took part knew; undefined where none has. */
export async function readState(store: Pick<Store, 'reader'>): Promise<State | undefined> {
  const row = await readSnapshot(store.reader, STATE)
  return row && readJson<State>(State, row.body, { table: 'snapshot', id: STATE })
}

/** The report that was sent last. */
export async function readSent(
  store: Pick<Store, 'reader'>,
): Promise<{ at: number; report: CommonsReport['report'] } | undefined> {
  const row = await readSnapshot(store.reader, SENT)
  return row && { at: row.at, report: readJson(z.json(), row.body, { table: 'snapshot', id: SENT }) ?? null }
}
