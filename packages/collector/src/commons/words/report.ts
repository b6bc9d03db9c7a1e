import { COMPONENT_KINDS } from '@pumphandle/shared/words'
import * as z from 'zod'
import { FAILURE_CLASSES } from '../../versions/index.ts'
import { MOST_ANSWERS, MOST_CELLS, MOST_ROWS } from './limits.ts'

/** Time since a version arrived on the machine: under 15 minutes, then under a day, then longer or before anyone looked. */
export const AGES = ['15min', 'day', 'older'] as const
export type Age = (typeof AGES)[number]

/** How fast a count forgets: it weighs e^-1 after this time, so that reports of a minute can be added up. */
export const MEMORIES = ['hour', 'week'] as const
export type Memory = (typeof MEMORIES)[number]

/** What is counted of machine-hours and failures: at most a national service, for a week. */
const Amount = z.number().min(0).max(1e10)

/** Machines that failed, of one class, age and stop code. */
const Cell = z.strictObject({
  failureClass: z.enum(FAILURE_CLASSES),
  age: z.enum(AGES),
  /** A blue screen's, 0x50 as 80; null where there was none, or where machines with one code are too few to tell. */
  stopCode: z.int().min(0).max(0xffff_ffff).nullable(),
  failures: Amount,
})
export type Cell = z.infer<typeof Cell>

export const Counts = z.strictObject({
  /** Machine-hours connected, by the version's age. */
  hours: z.strictObject({ '15min': Amount, day: Amount, older: Amount }),
  failures: z.array(Cell).max(MOST_CELLS),
})
export type Counts = z.infer<typeof Counts>

const Both = z.strictObject({ hour: Counts, week: Counts })
export type Both = z.infer<typeof Both>

const Row = z.strictObject({
  kind: z.enum(COMPONENT_KINDS),
  name: z.string().min(1).max(128),
  version: z.string().min(1).max(128),
  counts: Both,
})
export type Row = z.infer<typeof Row>

/** Everything that leaves the house, twice a minute; docs/commons.md says each field. */
export const Report = z.strictObject({
  format: z.literal(1),
  /** The collector's public key (Ed25519), base64url. */
  key: z.string().regex(/^[\w-]{43}$/),
  /** Rises with each report, so that none is taken twice. */
  number: z.int().min(1),
  /** When its counts were made, ms epoch. */
  at: z.int().min(1),
  /** All machines together, whatever they have. */
  fleet: Both,
  rows: z.array(Row).max(MOST_ROWS),
})
export type Report = z.infer<typeof Report>

/** What other organisations see of one component version. */
export const Seen = z.object({
  kind: z.enum(COMPONENT_KINDS),
  name: z.string().max(128),
  version: z.string().max(128),
  /** Other organisations that have it: three at least, or nothing is said of it. */
  organisations: z.int().min(0),
  /** Those of them in which its machines fail beyond luck: one voice each. */
  failing: z.int().min(0),
  /** What most of these see; null where none does. */
  failureClass: z.enum(FAILURE_CLASSES).nullable(),
  stopCode: z.int().min(0).nullable(),
  /** Within a week, of which the largest organisation counts as much as the second largest. */
  machineHours: Amount,
  failures: Amount,
})
export type Seen = z.infer<typeof Seen>

export const Answer = z.object({
  format: z.literal(1),
  at: z.int(),
  /** Other organisations that were heard within the quarter of an hour. */
  organisations: z.int().min(0),
  seen: z.array(Seen).max(MOST_ANSWERS),
})
export type Answer = z.infer<typeof Answer>

export const keyOf = ({ kind, name, version }: Pick<Row, 'kind' | 'name' | 'version'>): string =>
  `${kind}:${name}@${version}`
