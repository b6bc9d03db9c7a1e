import type { Generated } from 'kysely'
import type { Json, Ms } from './schema.ts'

/**
 * What events are known by, however often they are told. On PostgreSQL alone, as all that follow. Partitioned by day.
 * primary key(machine_id, event_id, day); index(stored_on)
 */
interface EventKnownTable {
  machine_id: number
  event_id: string
  /** `knownOn` of ./days.ts, days since 1970 */
  day: number
  /** day of receipt */
  stored_on: number
}

/** One run of an edge, and its lease. primary key(id) */
interface EdgeTable {
  id: Generated<number>
  name: string
  started_at: Ms
  /** rises while it is there */
  beat: number
  /** how often it was asked who is connected */
  roster: number
  connections: number
  /** for how long it has stored nothing of what waits there, ms */
  stuck: Generated<number>
  /** since when it is not there any more */
  gone_at: Ms | null
}

/** One transaction of an edge: what it told, by its own numbers. Partitioned by day. primary key(edge, n, at) */
interface JournalTable {
  edge: number
  n: number
  at: Ms
  /** Told[] of ../model */
  body: Json
}

/** The active brain: one row. primary key(id) */
interface BrainTable {
  id: number
  /** of brains before brain_beat was there; a takeover adds one */
  beat: number
  holder: string
  address: string
  /** [edge, n][]: up to where the journal is in what is stored of incidents, as of its second tick_at */
  positions: Json
  tick_at: Ms
  /** ids of the machines that were under maintenance then, and how often they changed */
  muted: Json
  muted_n: number
  /** which incidents the detector had found by then */
  cases: string
}

/** That the active brain is there, apart from what is stored with it. One row. primary key(id) */
interface BrainBeatTable {
  id: number
  /** rises while it is there */
  beat: number
}

/** Machines whose rows somebody changed, for a brain that stands by. No key */
interface MachineChangeTable {
  machine_id: number
  at: Ms
}

/** Rises with each takeover: whoever writes with another number is refused. One row. primary key(id) */
interface BrainTermTable {
  id: number
  term: number
}

/** What machines signed once, at whichever edge; not logged. primary key(nonce) */
interface UsedNonceTable {
  nonce: string
  /** when it is forgotten */
  until: Ms
}

export interface ClusterTables {
  event_known: EventKnownTable
  edge: EdgeTable
  journal: JournalTable
  brain: BrainTable
  brain_beat: BrainBeatTable
  brain_term: BrainTermTable
  machine_change: MachineChangeTable
  used_nonce: UsedNonceTable
}
