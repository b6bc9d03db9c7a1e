import type { BootEnd, GoodbyeReason, Vitals } from '@pumphandle/shared/wire'
import type { MachineState, Row } from '../store/index.ts'

/** One start of Windows whose predecessor did not end cleanly. `at` is when the collector learned of it. */
export interface UncleanBoot {
  readonly bootId: string
  readonly at: number
  readonly end: Exclude<BootEnd, 'clean'>
}

/** A bugcheck, as far as the state needs it. Times by the collector's clock. */
interface Bugcheck {
  readonly at: number
  readonly knownAt: number
  readonly stop: string | undefined
  readonly culprit: string | undefined
}

/** A connection that an edge holds. */
interface Connection {
  readonly edge: number
  readonly since: number
  /** It misses heartbeats; else its edge stands for it. */
  isQuiet: boolean
}

/**
 * What the collector holds in memory of one machine: facts, and the state judged from them. `id` is the row in the store,
 * and the index that detector and incidents use.
 */
export interface FleetMachine {
  readonly id: number
  readonly uid: string
  name: string
  /** Row of its practice, 0 without one; the same for its region. */
  site: number
  region: number
  unmanaged: boolean
  /** Since when it is not let in any more, and its silence means nothing. */
  revokedAt: number | undefined
  /** It counts for itself in the detector, and has its place at the door: its probation is over. */
  isEstablished: boolean
  agentVersion: string | null
  /** Tags that its agent says, in order, with a space between two. */
  saidTags: string

  state: MachineState
  stateSince: number
  stateReason: string

  /** A connection is open. */
  connected: boolean
  /** In a brain: at which edge its newest connection is, and its name there; see ../model/told.ts. */
  connection: Connection | undefined
  /**
   * Why its silence says nothing: the collector does not read its connection, since too much waits for the store, or the
   * gateway that holds it hangs. How many of these hold.
   */
  unread: number
  /** Frames and connections that were heard since the collector started: false means that nothing is known yet. */
  heardThisRun: boolean
  lastHeard: number
  /** When the silence timeout passed without a frame; undefined while it is heard. */
  silentSince: number | undefined
  goodbye: { readonly reason: GoodbyeReason; readonly at: number } | undefined
  bootId: string | undefined
  /** How many boots of this same id came before it: a clock without a battery gives them one name. */
  bootTurn: number
  /** Boots before that one, oldest first; bounded by MAX_EARLIER_BOOTS. */
  earlierBoots: readonly string[]
  /** How the boot before that one ended, by the last hello of it. */
  helloEnd: BootEnd | undefined
  /** When that boot was first heard of. */
  bootHeardAt: number
  /** Of the last window, oldest first; bounded by MAX_REMEMBERED_BOOTS. */
  uncleanBoots: UncleanBoot[]
  bugcheck: Bugcheck | undefined
  /** How far its clock runs ahead, milliseconds; undefined until measured. */
  clockSkewMs: number | undefined
  vitals: { readonly at: number; readonly value: Vitals } | undefined
  /** When its state may change by itself next; see ./wheel.ts. */
  dueAt: number
  /** `lastHeard` as it is in the store. */
  storedHeard: number
}

/** More than any boot loop's setting asks for. */
const MAX_REMEMBERED_BOOTS = 20
/** An agent that lives through fast start-up is one session behind until it has read its log. */
export const MAX_EARLIER_BOOTS = 4

/** A machine as the store has it, of which nothing was heard in this run. */
export function machineFromRow(row: Row<'machine'>): FleetMachine {
  return {
    id: row.id,
    uid: row.uid,
    name: row.name,
    site: row.practice_id ?? 0,
    region: row.region_id ?? 0,
    unmanaged: row.unmanaged === 1,
    revokedAt: row.revoked_at ?? undefined,
    isEstablished: row.established_at !== null,
    agentVersion: row.agent_version,
    saidTags: '',
    state: row.state,
    stateSince: row.state_since,
    stateReason: row.state_reason ?? '',
    connected: false,
    connection: undefined,
    unread: 0,
    heardThisRun: false,
    lastHeard: row.last_seen,
    silentSince: undefined,
    goodbye: undefined,
    bootId: row.boot_id ?? undefined,
    bootTurn: 0,
    earlierBoots: [],
    helloEnd: undefined,
    bootHeardAt: row.last_boot_at ?? 0,
    uncleanBoots: [],
    bugcheck: undefined,
    clockSkewMs: undefined,
    vitals: undefined,
    dueAt: Number.POSITIVE_INFINITY,
    storedHeard: row.last_seen,
  }
}

/** Remembers an unclean boot, once for each boot id. Answers whether it was news. */
export function rememberUncleanBoot(m: FleetMachine, boot: UncleanBoot): boolean {
  const known = m.uncleanBoots.findIndex((b) => b.bootId === boot.bootId)
  if (known >= 0) {
    // a better word for the same boot: the hello said `unknown`, the event knows
    const before = m.uncleanBoots[known] as UncleanBoot
    if (before.end !== 'bugcheck') m.uncleanBoots[known] = { ...boot, at: before.at }
    return false
  }
  m.uncleanBoots.push(boot)
  m.uncleanBoots.sort((a, b) => a.at - b.at)
  if (m.uncleanBoots.length > MAX_REMEMBERED_BOOTS) m.uncleanBoots.shift()
  return true
}
