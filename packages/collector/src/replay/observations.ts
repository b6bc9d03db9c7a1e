import { DAY, HOUR } from '@pumphandle/shared/time'
import { bootNumber, type FactRegistry, type Observation } from '../detect/index.ts'
import { componentKey } from '../model/component.ts'
import { modelKey, productKey } from '../pipeline/fact-keys.ts'
import { fromEvent } from '../pipeline/observe.ts'
import type { Catalogue } from '../store/catalogue.ts'
import {
  lastEventAt,
  lastTransitionAt,
  type RecordedMachine,
  type RecordedStretch,
  recordedEvents,
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
/** What a machine has so soon after it was first seen was there before. */
const FIRST_INVENTORY_MS = HOUR

interface Sources {
  readonly db: Reader
  readonly catalogue: Catalogue
  readonly facts: FactRegistry
}

type Timed = readonly [at: number, tell: () => Iterable<Observation>]

/**
 * What a collector would have told its detector over a time, from what it stored, in order. Not stored, and therefore not
 * told: when the collector itself was away, maintenance of then, and a component's arrival that was told late (it counts from
 * its arrival).
 */
export async function* recordedObservations(
  { db, catalogue, facts }: Sources,
  from: number,
  until: number,
): AsyncGenerator<Observation[]> {
  const machines = new Map((await recordedMachines(db)).map((machine) => [machine.id, machine]))
  const presence = new RecordedPresence((machine) => machines.get(machine)?.practice ?? 0)
  const tellStretch = (stretch: RecordedStretch, at: number, change: 'present' | 'arrived' | 'removed') =>
    componentObservations({ catalogue, facts }, stretch, at, change)

  yield [...machines.values()].flatMap((machine) => enrolled(machine, facts, from))
  for await (const stretches of stretchesAt(db, from))
    yield stretches.flatMap((stretch) => tellStretch(stretch, from, 'present'))
  const states = await statesAt(db, from)
  yield [...states]
    .filter(([machine, state]) => machines.has(machine) && (state === 'healthy' || state === 'crashed'))
    .map(([machine]) => presence.begin(machine, from))

  let [transition, seq] = [await lastTransitionAt(db, from), await lastEventAt(db, from)]
  for (let begun = from; begun < until; begun += WINDOW_MS) {
    const end = Math.min(begun + WINDOW_MS, until)
    const timed: Timed[] = []
    for (const stretch of await stretchesBetween(db, begun, end)) {
      const machine = machines.get(stretch.machine)
      if (!machine) continue
      const change = stretch.since > machine.firstSeen + FIRST_INVENTORY_MS ? 'arrived' : 'present'
      if (stretch.since > begun && stretch.since <= end)
        timed.push([stretch.since, () => tellStretch(stretch, stretch.since, change)])
      const left = stretch.until
      if (left !== null && left > begun && left <= end) timed.push([left, () => tellStretch(stretch, left, 'removed')])
    }
    for await (const rows of transitionsAfter(db, transition, end))
      for (const row of rows) {
        transition = row.id
        if (machines.has(row.machine)) timed.push([row.at, () => presence.transition(row)])
      }
    for await (const rows of recordedEvents(db, seq, end, ['boot', 'crash', 'service-state']))
      for (const { seq: number, arrived } of rows) {
        seq = number
        const { event, machineId: machine, receivedAt } = arrived
        if (!machines.has(machine)) continue
        if (event.type === 'boot') {
          const boot: RecordedBoot = {
            receivedAt,
            bootedAt: arrived.at,
            boot: bootNumber(event.bootId),
            end: event.previous.end,
          }
          presence.expect(machine, boot)
          timed.push([receivedAt, () => presence.boot(machine, boot)])
        } else {
          const observation = fromEvent({ id: machine }, arrived, receivedAt)
          if (observation) timed.push([receivedAt, () => [observation]])
        }
      }
    timed.sort(([a], [b]) => a - b)
    yield timed.flatMap(([, tell]) => [...tell()])
  }
}

function enrolled({ id, practice, region, model }: RecordedMachine, facts: FactRegistry, at: number): Observation[] {
  const placed: Observation = { type: 'machine', at, machine: id, site: practice, region }
  if (model === null) return [placed]
  const fact = facts.intern(modelKey(model))
  return [placed, { type: 'component', at, machine: id, fact, change: 'present', since: null }]
}

function componentObservations(
  { catalogue, facts }: Pick<Sources, 'catalogue' | 'facts'>,
  { machine, component: id, since }: RecordedStretch,
  at: number,
  change: 'present' | 'arrived' | 'removed',
): Observation[] {
  const component = catalogue.byId(id)
  if (!component) return []
  const told = (key: string, moment: number | null): Observation => ({
    type: 'component',
    at,
    machine,
    fact: facts.intern(key),
    change,
    since: moment,
  })
  const own = told(componentKey(component), change === 'removed' ? at : change === 'arrived' ? since : null)
  // an update takes a version away and brings one, and the product stays
  return component.kind === 'sensor' && change === 'present' ? [told(productKey(component.name), null), own] : [own]
}
