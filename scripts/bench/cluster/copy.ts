/** COPY by hand of the rows that a cluster's edges write, to hold their pace against. */
import { bodyOf } from '../../../packages/collector/src/store/cluster/journal-rows.ts'
import { dayNumber } from '../../../packages/collector/src/store/days.ts'
import { event } from '../../../packages/collector/tests/bench/ingest/event.ts'
import type { AgentEvent } from '../../../packages/shared/src/wire/index.ts'
import { Client } from '../fleet/pg.ts'

/** Events of one commit. */
const EVENTS = 1_000
/** Of one connection, made before the time is taken: what making them costs is not COPY's. 60,000 events a second for 4 s. */
const MOST_COMMITS = 120
/** Events of a frame, which is an entry of the journal's row. */
const EVENTS_PER_FRAME = 10
const MACHINES = 200

/** pg's own protocol for COPY ... FROM STDIN, which its query method does not offer. */
class Copy {
  readonly #into: string
  readonly #rows: Buffer
  readonly done = Promise.withResolvers<void>()

  constructor(into: string, rows: Buffer) {
    this.#into = into
    this.#rows = rows
  }

  submit(connection: { query(text: string): void }): void {
    connection.query(`copy ${this.#into} from stdin`)
  }
  handleCopyInResponse(connection: { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void }): void {
    connection.sendCopyFromChunk(this.#rows)
    connection.endCopyFrom()
  }
  handleCommandComplete(): void {}
  handleReadyForQuery(): void {
    this.done.resolve()
  }
  handleError(error: Error): void {
    this.done.reject(error)
  }
}

/** No row is made twice in a run. */
let made = 0

/** Rows of one commit by table, in COPY's text form: what an edge writes of as many events of the senders. */
function rowsOf(edge: number): Record<string, Buffer> {
  const at = Date.now()
  const arrived = Array.from({ length: EVENTS }, () => {
    const text = event(made++, at).replace('"v-', '"c-')
    const machineId = 1 + (Math.floor(made / EVENTS_PER_FRAME) % MACHINES)
    return { machineId, event: JSON.parse(text) as AgentEvent, text, at, receivedAt: at, skew: 0 }
  })
  const frames = [...Map.groupBy(arrived, ({ machineId }) => machineId)].map(([m, news]) => ({
    t: 'stored' as const,
    m,
    news,
    components: [],
  }))
  const day = dayNumber(at)
  return {
    'event_known (machine_id, event_id, day, stored_on)': lines(
      arrived.map(({ machineId, event: { id } }) => [machineId, id, day, day]),
    ),
    'event (machine_id, event_id, type, at, agent_at, received_at, payload)': lines(
      arrived.map(({ machineId, event: { id, type }, text }) => [machineId, id, type, at, at, at, text]),
    ),
    'journal (edge, n, at, body)': lines([[edge, made, at, bodyOf(frames)]]),
  }
}

const lines = (rows: readonly (readonly (string | number)[])[]): Buffer =>
  Buffer.from(rows.map((row) => `${row.join('\t').replaceAll('\\', '\\\\')}\n`).join(''))

/**
 * Events a second whose rows as many connections as there are edges copy.
 * @param what all that edges write of them, one transaction each commit, or the rows of table `event` alone
 * @param cpu processor's time so far, µs, of all that counts
 */
export async function copyByHand(
  url: string,
  what: 'all' | 'events',
  { connections, seconds, cpu }: { readonly connections: number; readonly seconds: number; readonly cpu: () => number },
): Promise<{ perSecond: number; cpuPerEvent: number }> {
  const clients = Array.from({ length: connections }, () => new Client({ connectionString: url }))
  await Promise.all(clients.map((client) => client.connect()))
  const commits = clients.map((_, n) =>
    Array.from({ length: MOST_COMMITS }, () =>
      Object.entries(rowsOf(-1 - n)).filter(([into]) => what === 'all' || into.startsWith('event (')),
    ),
  )
  const before = cpu()
  const began = performance.now()
  let events = 0
  await Promise.all(
    clients.map(async (client, n) => {
      for (const rows of commits[n] ?? []) {
        if (performance.now() - began >= seconds * 1000) break
        if (what === 'all') await client.query('begin')
        for (const [into, bytes] of rows) {
          const copy = new Copy(into, bytes)
          client.query(copy)
          await copy.done.promise
        }
        if (what === 'all') await client.query('commit')
        events += EVENTS
      }
    }),
  )
  const perSecond = (events / (performance.now() - began)) * 1000
  // while the servers of these connections are there to be asked
  const cpuPerEvent = (cpu() - before) / events
  await Promise.all(clients.map((client) => client.end()))
  return { perSecond, cpuPerEvent }
}
