import { DAY } from '@pumphandle/shared/time'
import { ACTIVE_STATUSES } from '@pumphandle/shared/words'
import { Detector, SNAPSHOT_FORMAT } from '../detect/index.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { componentKey } from '../model/component.ts'
import { type Catalogue } from '../store/catalogue.ts'
import { readFacts } from '../store/facts.ts'
import { lastIncidentId, readIncidents, readMembers } from '../store/incidents.ts'
import {
  allMachineComponents,
  componentsOfMachines,
  type Had,
  machineModels,
  removedFromMachines,
} from '../store/inventories.ts'
import { recentReachability } from '../store/reachability.ts'
import { failuresAfter, machinesChangedAfter } from '../store/replay.ts'
import { readSnapshot, type StoredSnapshot } from '../store/snapshots.ts'
import { recentBugchecks } from '../store/verdicts.ts'
import { PAST } from '../verdicts/index.ts'
import { openBook } from '../versions/stored.ts'
import { Detection, type DetectionOptions, SNAPSHOT_NAME } from './detection.ts'
import { modelKey, productKey } from './fact-keys.ts'
import { crashId, fromEvent } from './observe.ts'
import { snapshotFromText } from './snapshot-text.ts'

/** Statuses of incidents that are not over. */
const MAX_INCIDENTS = 10_000
/** Incidents that were closed lately, and may begin again: of the last year, by the alarm budget. */
const MAX_RESOLVED = 100
/** Older failures than this say nothing about what is going wrong now. */
const REPLAY_MS = DAY

export type StartOptions = Omit<DetectionOptions, 'facts' | 'lastIncident' | 'restore'> & {
  readonly fleet: Fleet
  readonly catalogue: Catalogue
}

/**
 * Detection as it was when the collector ended: the detector from its snapshot, then what was stored after it; what
 * machines have; incidents that are open; and that nobody was watched meanwhile.
 */
export async function startDetection(options: StartOptions): Promise<Detection> {
  const { store, clock, fleet, settings } = options
  const now = clock.now()
  const stored = await readSnapshot(store.reader, SNAPSHOT_NAME)
  const snapshot = stored && (await unpack(stored, options))
  const detection = new Detection({
    ...options,
    facts: await readFacts(store.reader),
    lastIncident: await lastIncidentId(store.reader),
    restore: (facts) =>
      snapshot ? Detector.restore(snapshot, { facts, settings }) : new Detector({ facts, settings }),
  })
  for (const machine of fleet.machines()) detection.enrolled(machine, now)
  if (stored && snapshot) await catchUp(detection, options, stored, now)
  else await tellInventories(detection, options, allMachineComponents(store.reader), now)
  const seenUntil = lastSeen(fleet, stored?.at ?? 0)
  if (fleet.size > 0) detection.observe({ type: 'blind', at: now, since: seenUntil })
  await restoreIncidents(detection, options)
  await restoreVerdicts(detection, options, now)
  await openBook(detection.versions, store, now)
  await detection.feedback.open()
  if (seenUntil > 0) detection.verdicts.blind.away(seenUntil, now)
  return detection
}

/**
 * The detector as an active brain took it down last; undefined where there is nothing to go on from. What was told since is
 * in the journal, and {@link takeUp} follows once that was read.
 */
export async function restoreDetection(options: StartOptions): Promise<Detection | undefined> {
  const { store, fleet, settings } = options
  const stored = await readSnapshot(store.reader, SNAPSHOT_NAME)
  const snapshot = stored && (await unpack(stored, options))
  if (!snapshot) return undefined
  const detection = new Detection({
    ...options,
    facts: await readFacts(store.reader),
    lastIncident: await lastIncidentId(store.reader),
    restore: (facts) => Detector.restore(snapshot, { facts, settings }),
  })
  await detection.rehearse(async () => {
    for (const machine of fleet.machines()) detection.enrolled(machine, stored.at)
  })
  return detection
}

/**
 * Incidents and verdicts as they are stored, once the detector has seen what they have seen. A second more or less between
 * two brains' clocks is made up for here: what the detector holds and nobody stored is told now.
 */
export async function takeUp(detection: Detection, options: StartOptions, now: number): Promise<void> {
  detection.incidents.countFrom(await lastIncidentId(options.store.reader))
  await restoreIncidents(detection, options)
  await restoreVerdicts(detection, options, now)
  await openBook(detection.versions, options.store, now)
  await detection.feedback.open()
  const { detector, incidents } = detection
  for (const { incident, assessment } of detector.open()) {
    if (!incidents.blamedBy(incident))
      incidents.apply({ type: 'raised', incident, at: now, firstFailureAt: now, assessment })
    const stored = incidents.active().find((one) => one.record.detectorNumber === incident)
    for (const { machine, failure, tier } of detector.affected(incident))
      if (stored && (stored.members.get(machine)?.failures ?? 0) === 0)
        incidents.apply({ type: 'joined', incident, at: now, failure, tier })
  }
}

async function unpack({ body }: StoredSnapshot, { log }: StartOptions) {
  try {
    const snapshot = await snapshotFromText(body)
    return snapshot.format === SNAPSHOT_FORMAT ? snapshot : undefined
  } catch (error) {
    log.warn({ err: error }, 'what the detector had learned cannot be read; it begins anew')
    return undefined
  }
}

/** What machines have. What the detector knows already changes nothing. */
async function tellInventories(
  detection: Detection,
  { store, catalogue }: StartOptions,
  pages: AsyncIterable<readonly Had[]>,
  now: number,
): Promise<void> {
  for (const { machineId, model } of await machineModels(store.reader))
    detection.component(machineId, modelKey(model), 'present', null, now)
  for await (const rows of pages)
    for (const { machineId, componentId, since } of rows) {
      const component = catalogue.byId(componentId)
      if (!component) continue
      const change = since === null ? 'present' : 'arrived'
      detection.component(machineId, componentKey(component), change, since, now)
      if (component.kind === 'sensor') detection.component(machineId, productKey(component.name), 'present', null, now)
    }
}

/** What was stored, and acknowledged, after the snapshot: components first, then failures. */
async function catchUp(
  detection: Detection,
  options: StartOptions,
  { at, seq }: StoredSnapshot,
  now: number,
): Promise<void> {
  const { store, catalogue, fleet } = options
  const changed = await machinesChangedAfter(store.reader, seq)
  for await (const rows of removedFromMachines(store.reader, changed, at - REPLAY_MS))
    for (const { machineId, componentId, until } of rows) {
      const component = catalogue.byId(componentId)
      if (component) detection.component(machineId, componentKey(component), 'removed', until, now)
    }
  await tellInventories(detection, options, componentsOfMachines(store.reader, changed), now)
  for await (const events of failuresAfter(store.reader, seq))
    for (const arrived of events) {
      const machine = fleet.byId(arrived.machineId)
      if (!machine || arrived.at < now - REPLAY_MS) continue
      const observation = fromEvent(machine, arrived, now)
      if (observation) detection.observe(observation)
    }
}

async function restoreIncidents(detection: Detection, { store }: StartOptions): Promise<void> {
  const known = new Set(detection.detector.open().map((i) => i.incident))
  for (const record of await readIncidents(store.reader, { statuses: ACTIVE_STATUSES, limit: MAX_INCIDENTS })) {
    const number = record.detectorNumber
    // a detector that began anew gives its numbers again
    const restored = number === null || known.has(number) ? record : { ...record, detectorNumber: null }
    detection.incidents.restore(restored, await readMembers(store.reader, record.id))
  }
  // what people closed begins again where the detector, which goes on, sees more failures of it
  for (const record of await readIncidents(store.reader, { statuses: ['resolved'], limit: MAX_RESOLVED }))
    if (record.detectorNumber !== null && known.has(record.detectorNumber))
      detection.incidents.restore(record, await readMembers(store.reader, record.id))
}

/** What the verdicts beside the detector's stand on. */
async function restoreVerdicts(detection: Detection, options: StartOptions, now: number): Promise<void> {
  const { store, view } = options
  const measured = await recentReachability(store.reader, now - PAST.measuredMs)
  const bugchecks = await recentBugchecks(store.reader, now - PAST.bugchecksMs)
  detection.verdicts.restore({
    measured: measured
      .filter(({ machine }) => view.has(machine))
      .map(({ machine, probes }) => ({ machine, probes: probes.filter(({ name }) => options.isProbe(name)) })),
    bugchecks: bugchecks
      .filter(({ machine }) => view.has(machine))
      .map(({ machine, event, at }) => ({ machine, id: crashId(machine, event), at })),
  })
}

/** Until when the collector heard anybody: a collector that was killed wrote no last snapshot. */
function lastSeen(fleet: Fleet, snapshotAt: number): number {
  let last = snapshotAt
  for (const { lastHeard } of fleet.machines()) if (lastHeard > last) last = lastHeard
  return last
}
