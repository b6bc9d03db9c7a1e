import type { Reader } from './store.ts'

/** When machines of an incident failed first, and when the suspect had arrived on them; null where nobody knows. */
export interface ArrivalAndFailure {
  readonly machine: number
  readonly arrivedAt: number | null
  readonly failedAt: number
}

/** An agent tells of an arrival by its own clock: so much later than the failure it still counts as before it. */
const CLOCKS_MS = 120_000

/** The machines that failed, each with its first failure and the last arrival of the suspect before that. */
export async function readArrivals(db: Reader, incident: number): Promise<ArrivalAndFailure[]> {
  const rows = await db
    .selectFrom('incident_machine as m')
    .innerJoin('incident as i', 'i.id', 'm.incident_id')
    .leftJoin('exposure as e', (on) =>
      on
        .onRef('e.machine_id', '=', 'm.machine_id')
        .onRef('e.component_id', '=', 'i.cause_component_id')
        .on((eb) => eb('e.since', '<=', eb('m.first_failed_at', '+', CLOCKS_MS))),
    )
    .select((eb) => ['m.machine_id as machine', 'm.first_failed_at as failedAt', eb.fn.max('e.since').as('arrivedAt')])
    .where('m.incident_id', '=', incident)
    .where('m.failures', '>', 0)
    .groupBy(['m.machine_id', 'm.first_failed_at'])
    .execute()
  return rows.map(({ machine, failedAt, arrivedAt }) => ({
    machine,
    failedAt: Number(failedAt),
    arrivedAt: arrivedAt === null ? null : Number(arrivedAt),
  }))
}

/**
 * How many of the incident's machines received its suspect in each stretch of `stepMs` from `from` on, before, and from `until`
 * on: together all that its finding counts. Whoever got rid of it before the incident was raised is none of them. Of who fell
 * silent before it could tell it is known that it was there at the first failure.
 */
export async function countArrivals(
  db: Reader,
  incident: number,
  { from, until, stepMs }: { from: number; until: number; stepMs: number },
): Promise<{ before: number; buckets: Map<number, number>; after: number }> {
  const rows = await db
    .selectFrom('incident_machine as m')
    .innerJoin('incident as i', 'i.id', 'm.incident_id')
    .leftJoin('exposure as e', (on) =>
      on.onRef('e.machine_id', '=', 'm.machine_id').onRef('e.component_id', '=', 'i.cause_component_id'),
    )
    .select((eb) => ['m.first_failed_at as failedAt', eb.fn.min('e.since').as('arrivedAt')])
    .where('i.id', '=', incident)
    .groupBy(['m.machine_id', 'm.first_failed_at'])
    .execute()
  let before = 0
  let after = 0
  const buckets = new Map<number, number>()
  for (const row of rows) {
    // 0: it never failed
    const since = Number(row.arrivedAt ?? row.failedAt)
    if (since < from) before++
    else if (since >= until) after++
    else {
      const at = Math.floor((since - from) / stepMs)
      buckets.set(at, (buckets.get(at) ?? 0) + 1)
    }
  }
  return { before, buckets, after }
}

/** When each machine received the incident's suspect first, since `from`. */
export async function arrivalTimes(db: Reader, incident: number, from: number): Promise<number[]> {
  const rows = await db
    .selectFrom('exposure as e')
    .innerJoin('incident as i', 'i.cause_component_id', 'e.component_id')
    .select((eb) => eb.fn.min('e.since').as('since'))
    .where('i.id', '=', incident)
    .where('e.since', '>=', from)
    .groupBy('e.machine_id')
    .execute()
  return rows.map(({ since }) => Number(since))
}
