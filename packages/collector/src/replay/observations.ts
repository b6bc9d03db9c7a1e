import { DAY } from '@pumphandle/shared/time'
import { AgentEvent, type EventOf } from '@pumphandle/shared/wire'
import { bootNumber, type FactRegistry, type Observation } from '../detect/index.ts'
import { Probation } from '../enrol/probation.ts'
import type { Arrived } from '../model/arrived.ts'
import type { ComponentChange, KnownComponent } from '../model/component.ts'
import { FIRST_INVENTORY_MS } from '../model/first-inventory.ts'
import { modelKey } from '../pipeline/fact-keys.ts'
import { fromEvent } from '../pipeline/observe.ts'
import { type FactChange, factChanges } from '../pipeline/products.ts'
import type { Catalogue } from '../store/catalogue.ts'
import { eventsAfter } from '../store/event-pages.ts'
import {
  lastEventAt,
  lastTransitionAt,
  type RecordedMachine,
  type RecordedStretch,
  recordedMachines,
  statesAt,
  stretchesAt,
  stretchesBetween,
  transitionsAfter,
} from '../store/recorded.ts'
import type { Reader } from '../store/store.ts'
import { type RecordedBoot, RecordedPresence } from './presence.ts'

/** So much is read in one go: what a region tells in a day fits in memory many times. */
const WINDOW_MS = DAY
/** Starts that are told within this time are told together: Windows takes longer to start. */
const TOGETHER_MS = 5_000

interface Sources {
  readonly db: Reader
  readonly catalogue: Catalogue
  readonly facts: FactRegistry
}

type Timed = readonly [at: number, tell: () => Iterable<Observation>]
type Machines = ReadonlyMap<number, RecordedMachine>

/**
 * What a collector would have told its detector over a time, from what it stored, in order. Not stored, and therefore not
 * told: when the collector itself was away, maintenance of then, and a component's arrival that was told late (it counts from
 * its arrival).
 */
export async function* recordedObservations(
  sources: Sources,
  from: number,
  until: number,
): AsyncGenerator<Observation[]> {
  const { db } = sources
  const machines: Machines = new Map((await recordedMachines(db)).map((machine) => [machine.id, machine]))
  const probation = await Probation.asOf(db, from)
  const presence = new RecordedPresence((machine) => machines.get(machine)?.practice ?? 0)
  const tellModel = (machine: RecordedMachine) =>
    machine.model === null ? [] : [told(sources, machine.id, from, { ...PRESENT, key: modelKey(machine.model) })]

  yield [...machines.values()].flatMap((machine) => [enrolled(machine, probation, from), ...tellModel(machine)])
  for await (const stretches of stretchesAt(db, from))
    yield [
      ...byMachine(
        stretches.map((stretch) => [stretch, from, 'present'] as const),
        sources,
      ).values(),
    ].flatMap((changes) => tellChanges(changes, from, sources))
  const states = await statesAt(db, from)
  yield [...states]
    .filter(([machine, state]) => machines.has(machine) && (state === 'healthy' || state === 'crashed'))
    .map(([machine]) => presence.begin(machine, from))

  let [transition, seq] = [await lastTransitionAt(db, from), await lastEventAt(db, from)]
  for (let begun = from; begun < until; begun += WINDOW_MS) {
    const end = Math.min(begun + WINDOW_MS, until)
    const timed: Timed[] = established(machines, probation, begun, end)
    for (const [at, changes] of await recordedChanges(machines, sources, begun, end))
      timed.push([at, () => tellChanges(changes, at, sources)])
    for await (const rows of transitionsAfter(db, transition, end))
      for (const row of rows) {
        transition = row.id
        if (machines.has(row.machine)) timed.push([row.at, () => presence.transition(row)])
      }
    const boots = new Map<number, RecordedBoot[]>()
    for await (const rows of eventsAfter(db, AgentEvent, ['boot', 'crash', 'service-state'], seq, end))
      for (const { seq: number, arrived } of rows) {
        seq = number
        const { event, machineId: machine, receivedAt } = arrived
        if (!machines.has(machine)) continue
        if (event.type === 'boot') addBoot(boots, machine, recordedBoot(arrived, event))
        const observation = fromEvent({ id: machine }, arrived, receivedAt)
        if (observation) timed.push([receivedAt, () => [observation]])
      }
    for (const [machine, starts] of boots)
      for (const boot of starts) {
        presence.expect(machine, boot)
        timed.push([boot.receivedAt, () => presence.boot(machine, boot)])
      }
    timed.sort(([a], [b]) => a - b)
    yield timed.flatMap(([, tell]) => [...tell()])
  }
}

function recordedBoot({ at, receivedAt }: Arrived, { bootId, previous }: EventOf<'boot'>): RecordedBoot {
  return { receivedAt, bootedAt: at, boot: bootNumber(bootId), end: previous.end }
}

/** Of starts that a machine tells together the last is the one that it runs in; those before it are history. */
function addBoot(boots: Map<number, RecordedBoot[]>, machine: number, boot: RecordedBoot): void {
  const known = boots.get(machine)
  const before = known?.at(-1)
  if (!known || !before) boots.set(machine, [boot])
  else if (boot.receivedAt - before.receivedAt < TOGETHER_MS) known[known.length - 1] = boot
  else known.push(boot)
}

/** A machine as it stands at a time: whether it counts for itself, or others speak for it. */
function enrolled(machine: RecordedMachine, probation: Probation, at: number): Observation {
  const { id, practice: site, region, establishedAt, firstSeen } = machine
  const isEstablished = establishedAt !== null && establishedAt <= Math.max(at, firstSeen)
  const voice = probation.hasVoice({ id, site, isEstablished })
  return { type: 'machine', at, machine: id, site, region, voice, origin: probation.originOf(id) }
}

/** Machines whose probation ended after a time and not after another. */
function established(machines: Machines, probation: Probation, from: number, until: number): Timed[] {
  return [...machines.values()].flatMap((machine): Timed[] => {
    const at = machine.establishedAt
    if (at === null || at <= from || at > until || at <= machine.firstSeen) return []
    return [[at, () => [enrolled(machine, probation, at)]]]
  })
}

/** What came to machines and left them, after a time and not after another: what one machine told together, together. */
async function recordedChanges(
  machines: Machines,
  sources: Sources,
  from: number,
  until: number,
): Promise<[at: number, changes: ComponentChange[]][]> {
  const stretches = (await stretchesBetween(sources.db, from, until)).filter(({ machine }) => machines.has(machine))
  const isWithin = (at: number | null): at is number => at !== null && at > from && at <= until
  const left = byMachine(
    stretches.flatMap((one) => (isWithin(one.until) ? [[one, one.until, 'removed'] as const] : [])),
    sources,
  )
  const replaced = (stretch: RecordedStretch): boolean => {
    const [component, gone] = [
      sources.catalogue.byId(stretch.component),
      left.get(momentOf(stretch.machine, stretch.since)),
    ]
    return gone?.some((change) => isOther(change.component, component)) ?? false
  }
  const isFirst = ({ machine, since }: RecordedStretch): boolean =>
    since <= (machines.get(machine)?.firstSeen ?? 0) + FIRST_INVENTORY_MS
  const came = byMachine(
    stretches.flatMap((one) =>
      isWithin(one.since) ? [[one, one.since, isFirst(one) && !replaced(one) ? 'present' : 'arrived'] as const] : [],
    ),
    sources,
  )
  for (const [moment, changes] of came) left.set(moment, [...(left.get(moment) ?? []), ...changes])
  return [...left.values()].map((changes) => [changes[0]?.at ?? from, changes])
}

/** Another version of the same. */
function isOther(component: KnownComponent, than: KnownComponent | undefined): boolean {
  return component.kind === than?.kind && component.name === than.name
}

const momentOf = (machine: number, at: number): string => `${machine} ${at}`

/** Changes by machine and moment, for they mean something together; components that nobody knows any more are left out. */
function byMachine(
  told: readonly (readonly [RecordedStretch, at: number, change: ComponentChange['change']])[],
  { catalogue }: Pick<Sources, 'catalogue'>,
): Map<string, ComponentChange[]> {
  const moments = new Map<string, ComponentChange[]>()
  for (const [{ machine: machineId, component: id }, at, change] of told) {
    const component = catalogue.byId(id)
    if (!component) continue
    const moment = momentOf(machineId, at)
    const changes = moments.get(moment)
    if (changes) changes.push({ machineId, component, change, at })
    else moments.set(moment, [{ machineId, component, change, at }])
  }
  return moments
}

function tellChanges(changes: readonly ComponentChange[], at: number, sources: Sources): Observation[] {
  const machine = changes[0]?.machineId ?? 0
  return [...factChanges(changes)].map((change) => told(sources, machine, at, change))
}

const PRESENT = { change: 'present', since: null } as const

function told({ facts }: Sources, machine: number, at: number, { key, change, since }: FactChange): Observation {
  return { type: 'component', at, machine, fact: facts.intern(key), change, since }
}
