import {
  COHORTS,
  COMPONENT_KINDS,
  type ComponentKind,
  MACHINE_STATES,
  type MachineState,
} from '@pumphandle/shared/words'
import type { Attribute, PlaceLevel, TimeField } from './ast.ts'

/** How a field's value is read. */
type FieldType =
  | { type: 'state' }
  | { type: 'flag' }
  | { type: 'attribute'; attribute: Attribute }
  | { type: 'place'; level: PlaceLevel }
  | { type: 'tag' }
  | { type: 'group' }
  | { type: 'component'; kind: ComponentKind }
  | { type: 'time'; field: TimeField }
  | { type: 'stop' }
  | { type: 'incident' }
  | { type: 'cohort' }

/** One name that may stand before a colon. */
export type Field = FieldType & {
  /** one line for the list of suggestions */
  help: string
  example: string
}

export { COHORTS, MACHINE_STATES as STATES }
/** Several states in one word. */
export const STATE_GROUPS: Readonly<Record<'on' | 'off', readonly MachineState[]>> = {
  on: ['healthy', 'crashed', 'boot-loop'],
  off: ['dark', 'offline', 'sleeping'],
}
export const FLAGS = ['unmanaged'] as const

/** Every field of the language. Suggestions, errors and docs/query.md's table come from here. */
export const FIELDS: Record<string, Field> = {
  state: { type: 'state', help: 'state now', example: 'state:boot-loop,dark' },
  sensor: { type: 'component', kind: 'sensor', help: 'security sensor it has', example: 'sensor:falcon@7.16.*' },
  content: {
    type: 'component',
    kind: 'content',
    help: 'content file or signatures it has',
    example: 'content:falcon/291@2024-07-19T04:09Z',
  },
  driver: { type: 'component', kind: 'driver', help: 'kernel driver it has', example: 'driver:csagent.sys' },
  os: { type: 'component', kind: 'os', help: 'Windows build and revision, or its name', example: 'os:19045.*' },
  firmware: { type: 'component', kind: 'firmware', help: 'firmware it has', example: 'firmware:1.30.*' },
  app: { type: 'component', kind: 'app', help: 'application it has', example: 'app:emis*' },
  practice: { type: 'place', level: 'practice', help: 'practice, by code or name', example: 'practice:A81001' },
  pcn: { type: 'place', level: 'pcn', help: 'network of practices, by code or name', example: 'pcn:U12345' },
  network: { type: 'place', level: 'pcn', help: 'the same as pcn:', example: 'network:"Fenland PCN"' },
  region: { type: 'place', level: 'region', help: 'region, by code or name', example: 'region:"North East*"' },
  tag: { type: 'tag', help: 'tag of it or its practice', example: 'tag:ring:pilot' },
  group: { type: 'group', help: 'found by a saved question', example: 'group:"Pilot ring"' },
  name: { type: 'attribute', attribute: 'name', help: 'computer name', example: 'name:RECEPTION*' },
  model: { type: 'attribute', attribute: 'model', help: 'hardware model', example: 'model:"OptiPlex 3080"' },
  agent: { type: 'attribute', attribute: 'agent', help: "agent's version", example: 'agent:0.1.*' },
  crashed: { type: 'time', field: 'crashed', help: 'time of its latest blue screen', example: 'crashed:<24h' },
  stop: { type: 'stop', help: 'stop code of its latest blue screen', example: 'stop:0x50' },
  culprit: {
    type: 'attribute',
    attribute: 'culprit',
    help: 'driver that its latest blue screen names',
    example: 'culprit:csagent.sys',
  },
  seen: { type: 'time', field: 'seen', help: 'when it was last heard', example: 'seen:<15m' },
  booted: { type: 'time', field: 'booted', help: 'when it last started', example: 'booted:>2024-07-19T04:00Z' },
  added: { type: 'time', field: 'added', help: 'when it was first heard', example: 'added:<7d' },
  since: { type: 'time', field: 'since', help: 'since when it is in its state', example: 'since:<1h' },
  incident: { type: 'incident', help: 'incident it belongs to', example: 'incident:12' },
  cohort: { type: 'cohort', help: 'its place in the incident', example: 'incident:12 cohort:at-risk' },
  is: { type: 'flag', help: 'taken out of watching', example: 'is:unmanaged' },
}

/** What may follow `had:`. */
export const HAD_FIELDS: string[] = [...COMPONENT_KINDS, 'stop', 'culprit']
