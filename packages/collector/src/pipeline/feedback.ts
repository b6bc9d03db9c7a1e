import type { FeedbackSummary, IncidentFeedback } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import type { FactRegistry } from '../detect/index.ts'
import { componentRef } from '../incidents/components.ts'
import type { IncidentDesk } from '../incidents/index.ts'
import { Refusal } from '../model/refusal.ts'
import { readFeedback, writeFeedback } from '../store/feedback.ts'
import type { Row, Store } from '../store/index.ts'
import type { VersionBook } from '../versions/index.ts'

/** The evidence that a component needs is multiplied by DOUBT for each time that it was blamed wrongly, MOST_TIMES at most. */
const DOUBT = 10
const MOST_TIMES = 3
/** Judged incidents that a summary lists. */
const LISTED = 100

interface FeedbackDeps {
  readonly store: Store
  readonly clock: Pick<Clock, 'now'>
  readonly facts: Pick<FactRegistry, 'declareDoubt'>
  readonly versions: Pick<VersionBook, 'acquit' | 'blame'>
  readonly desk: IncidentDesk
}

/**
 * What people said of incidents that were over. It tunes nothing silently: it is shown as the fleet's own precision, and a
 * component that was blamed wrongly needs a stated factor more evidence.
 */
export class Feedback {
  readonly #deps: FeedbackDeps
  #rows: Row<'incident_feedback'>[] = []

  constructor(deps: FeedbackDeps) {
    this.#deps = deps
  }

  /** Reads what was said before. */
  async open(): Promise<void> {
    this.#rows = await readFeedback(this.#deps.store.reader)
    this.#declare()
  }

  /** @throws Refusal where the incident blames nothing or is not over; null where there is none */
  async give(id: number, was: 'right' | 'wrong', reason: string, by: string): Promise<IncidentFeedback | null> {
    const detail = await this.#deps.desk.detail(id)
    if (!detail) return null
    const { cause, status, title } = detail.incident
    if (cause === null)
      throw new Refusal('conflict', 'Nothing blamed', 'This incident blames no version, so there is nothing to judge.')
    if (status !== 'resolved')
      throw new Refusal(
        'conflict',
        'Not over',
        'Judge an incident once it is over: resolve it first, then say what it was.',
      )
    const row = { incident_id: id, at: this.#deps.clock.now(), cause: cause.key, title, was, reason, given_by: by }
    await this.#deps.store.transaction((tx) => writeFeedback(tx, row))
    await this.#deps.desk.note(id, by, `${was === 'right' ? 'Yes, that was it' : 'Not its fault'}: ${reason}`)
    this.#rows = [row, ...this.#rows.filter((one) => one.incident_id !== id)]
    this.#declare()
    if (was === 'right') this.#deps.versions.blame(detail.incident, row.at)
    return feedbackOf(row)
  }

  summary(): FeedbackSummary {
    const right = this.#rows.filter(({ was }) => was === 'right').length
    const judged = this.#rows.length
    return {
      right,
      wrong: judged - right,
      precision: judged === 0 ? null : right / judged,
      items: this.#rows.slice(0, LISTED).map(feedbackOf),
      doubted: [...doubts(this.#rows)]
        .filter(([, factor]) => factor > 1)
        .map(([component, factor]) => ({ component, factor })),
    }
  }

  #declare(): void {
    const { facts, versions } = this.#deps
    for (const [component, factor] of doubts(this.#rows)) facts.declareDoubt(component, factor)
    for (const { incident_id: id, was } of this.#rows) versions.acquit(id, was === 'wrong', this.#deps.clock.now())
  }
}

/** By component, `kind:name`: wrong blames count up, right ones down. */
function doubts(rows: readonly Pick<Row<'incident_feedback'>, 'cause' | 'was'>[]): Map<string, number> {
  const balance = new Map<string, number>()
  for (const { cause, was } of rows) {
    const { kind, name } = componentRef(cause)
    const component = `${kind}:${name}`
    balance.set(component, (balance.get(component) ?? 0) + (was === 'wrong' ? 1 : -1))
  }
  return new Map([...balance].map(([component, n]) => [component, DOUBT ** Math.min(MOST_TIMES, Math.max(0, n))]))
}

function feedbackOf(row: Row<'incident_feedback'>): IncidentFeedback {
  return {
    incident: row.incident_id,
    title: row.title,
    cause: componentRef(row.cause),
    was: row.was === 'right' ? 'right' : 'wrong',
    reason: row.reason,
    by: row.given_by,
    at: row.at,
  }
}
