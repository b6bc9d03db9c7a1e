import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { othersTurn } from '@pumphandle/shared/others-turn'
import * as z from 'zod/mini'
import type { Fleet } from '../fleet/fleet.ts'
import type { FleetMachine } from '../fleet/machine.ts'
import type { Positions } from '../store/cluster/journal-rows.ts'
import type { Reader, Tx } from '../store/index.ts'
import { readJson } from '../store/read-json.ts'
import { readSnapshot, writeSnapshot } from '../store/snapshots.ts'

/** Under this name the table of snapshots has what the active brain knew beside the detector. */
const NAME = 'brain'
/** Machines that are written in one go: about 10 ms. */
const AT_ONCE = 5_000

/** What the store has no column for, and a machine's state is judged from. */
const KEPT = [
  'id',
  'connected',
  'connection',
  'heardThisRun',
  'lastHeard',
  'silentSince',
  'goodbye',
  'bootId',
  'bootTurn',
  'earlierBoots',
  'helloEnd',
  'bootHeardAt',
  'uncleanBoots',
  'bugcheck',
  'clockSkewMs',
] as const satisfies readonly (keyof FleetMachine)[]
type Kept = Pick<FleetMachine, (typeof KEPT)[number]>

/** The active brain at one moment: the same as the detector's snapshot is of. */
export interface Saved {
  /** ms epoch. */
  readonly at: number
  readonly positions: Positions
  /** Machines under maintenance. */
  readonly muted: readonly number[]
  readonly machines: readonly Kept[]
}

/** Takes it down now; the answer makes a text of it, with others' turn in between, and writes it. */
export function save(fleet: Fleet, given: Pick<Saved, 'at' | 'positions' | 'muted'>): (tx: Tx) => Promise<void> {
  const positions = [...given.positions]
  const machines: Kept[] = []
  for (const m of fleet.machines())
    if (m.heardThisRun) machines.push(Object.fromEntries(KEPT.map((key) => [key, m[key]])) as unknown as Kept)
  return async (tx) => {
    const lines = [JSON.stringify({ positions, muted: given.muted })]
    for (let from = 0; from < machines.length; from += AT_ONCE) {
      lines.push(JSON.stringify(machines.slice(from, from + AT_ONCE)))
      await othersTurn()
    }
    const body = (await promisify(gzip)(lines.join('\n'), { level: 1 })).toString('base64')
    await writeSnapshot(tx, NAME, { at: given.at, seq: 0, body })
  }
}

const Head = z.object({ positions: z.array(z.tuple([z.number(), z.number()])), muted: z.array(z.number()) })
const Machines = z.array(z.custom<Kept>((one) => typeof one === 'object' && one !== null && 'id' in one))

/** Undefined where none was written, or it is damaged. */
export async function readSaved(db: Reader): Promise<Saved | undefined> {
  const row = await readSnapshot(db, NAME)
  if (!row) return undefined
  const unpacked = await promisify(gunzip)(Buffer.from(row.body, 'base64')).catch(() => undefined)
  const [first = '', ...rest] = unpacked?.toString('utf8').split('\n') ?? []
  const ref = { table: 'snapshot', id: NAME }
  const head = readJson(Head, first, ref)
  const parts = rest.map((line) => readJson(Machines, line, ref))
  if (!head || parts.includes(undefined)) return undefined
  return { at: row.at, positions: new Map(head.positions), muted: head.muted, machines: parts.flatMap((p) => p ?? []) }
}
