import type { KeyRange, VersionClause } from '@pumphandle/shared/versions'
import type { TextPattern } from '../../model/text-pattern.ts'
import type { Cohort, ComponentKind, MachineState } from '../../store/schema.ts'

/**
 * What a query means, and the only thing that evaluate, compile, explain and the columns read. It says nothing about how
 * the query was written but where: `from` and `to` are offsets into its text, for pointing at a term.
 */
export type Query = All | And | Or | Not | Term

/** The empty query: every machine. */
export interface All {
  type: 'all'
}

export interface And {
  type: 'and'
  of: Query[]
}

export interface Or {
  type: 'or'
  of: Query[]
}

export interface Not {
  type: 'not'
  of: Query
}

export type Term =
  | TextTerm
  | StateTerm
  | FlagTerm
  | AttributeTerm
  | PlaceTerm
  | TagTerm
  | GroupTerm
  | ComponentTerm
  | TimeTerm
  | StopTerm
  | IncidentTerm
  | HadComponentTerm
  | HadCrashTerm

interface Span {
  from: number
  to: number
}

/** Free words: found anywhere in computer name, serial number, practice code or practice name. */
export interface TextTerm extends Span {
  type: 'text'
  text: string
}

export interface StateTerm extends Span {
  type: 'state'
  states: MachineState[]
}

export interface FlagTerm extends Span {
  type: 'flag'
  flag: 'unmanaged'
}

export type Attribute = 'name' | 'model' | 'culprit' | 'agent' | 'osName'

/** A text of the machine's own row, exact or by its beginning. No text, no match. */
export interface AttributeTerm extends Span {
  type: 'attribute'
  attribute: Attribute
  patterns: TextPattern[]
}

export type PlaceLevel = 'practice' | 'pcn' | 'region'

/** Where the machine is: the code or the name of its practice, network or region. */
export interface PlaceTerm extends Span {
  type: 'place'
  level: PlaceLevel
  patterns: TextPattern[]
}

/** Has one of the tags; a key alone is any value of it. */
export interface TagTerm extends Span {
  type: 'tag'
  patterns: TextPattern[]
}

/** Is found by a saved question of one of these names. */
export interface GroupTerm extends Span {
  type: 'group'
  patterns: TextPattern[]
}

/** Which versions: any of the ranges of version keys. `clauses` says the same for people. */
export interface Versions {
  clauses: VersionClause[]
  ranges: KeyRange[]
}

/** Which components: of a kind, with any of the names (none: any name) and any of the versions (absent: any). */
export interface ComponentMatch {
  kind: ComponentKind
  names: TextPattern[]
  versions?: Versions
}

/** The machine has such a component now. */
export interface ComponentTerm extends Span {
  type: 'component'
  component: ComponentMatch
}

export type TimeField = 'crashed' | 'seen' | 'booted' | 'added' | 'since'

/** A moment: fixed, or so long before now. */
export type Moment = { type: 'at'; ms: number; text: string } | { type: 'ago'; ms: number; text: string }

/** One side of a stretch of time. `inclusive`: the moment itself belongs to it, to the end of its minute or day. */
export interface TimeBound {
  moment: Moment
  inclusive: boolean
  /** ms that the moment as written covers: a day for 2024-07-19, a minute for 04:09, 1 otherwise */
  width: number
}

/** A stretch of time; a missing side is open. Neither side: any time at all. */
export interface TimeRange {
  after?: TimeBound
  before?: TimeBound
}

/** A time of the machine's own row lies in the range. No time, no match. */
export interface TimeTerm extends Span {
  type: 'time'
  field: TimeField
  range: TimeRange
}

/** The latest crash has one of the stop codes; none listed: any. */
export interface StopTerm extends Span {
  type: 'stop'
  codes: number[]
}

/** In one of the incidents (none listed: any) in one of the cohorts (none listed: any). */
export interface IncidentTerm extends Span {
  type: 'incident'
  ids: number[]
  cohorts: Cohort[]
}

/** Had such a component at some time in the range, now included. */
export interface HadComponentTerm extends Span {
  type: 'had-component'
  component: ComponentMatch
  during: TimeRange
}

/** Had a blue screen in the range, with one of the stop codes and one of the culprits (none listed: any). */
export interface HadCrashTerm extends Span {
  type: 'had-crash'
  codes: number[]
  culprits: TextPattern[]
  during: TimeRange
}
