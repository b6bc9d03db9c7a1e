import { Detector, type DetectorSnapshot } from '../detect/index.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Catalogue } from '../store/catalogue.ts'
import { componentKey } from '../store/catalogue.ts'
import { readFacts } from '../store/facts.ts'
import { lastIncidentId, readIncidents, readMembers } from '../store/incidents.ts'
import { allMachineComponents, machineModels } from '../store/inventories.ts'
import { readSnapshot } from '../store/snapshots.ts'
import { Detection, type DetectionOptions, SNAPSHOT_NAME } from './detection.ts'
import { modelKey, productKey } from './fact-keys.ts'

/** Statuses of incidents that are not over. */
const ACTIVE = ['open', 'acknowledged', 'contained']
const MAX_INCIDENTS = 10_000

type StartOptions = Omit<DetectionOptions, 'facts' | 'lastIncident' | 'restore'> & {
  readonly fleet: Fleet
  readonly catalogue: Catalogue
}

/**
 * Detection as it was when the collector ended: the detector from its snapshot, told again what machines have; incidents
 * that are open; and that nobody was watched meanwhile.
 */
export async function startDetection({ fleet, catalogue, ...options }: StartOptions): Promise<Detection> {
  const { store, clock, log, settings } = options
  const now = clock.now()
  const stored = await readSnapshot(store.reader, SNAPSHOT_NAME)
  const detection = new Detection({
    ...options,
    facts: await readFacts(store.reader),
    lastIncident: await lastIncidentId(store.reader),
    restore: (facts) => {
      const fresh = new Detector({ facts, settings })
      if (!stored) return fresh
      try {
        return Detector.restore(JSON.parse(stored.body) as DetectorSnapshot, { facts, settings })
      } catch (error) {
        log.warn({ err: error }, 'what the detector had learned cannot be read; it begins anew')
        return fresh
      }
    },
  })
  await tellFleet(detection, fleet, catalogue, options, now)
  if (fleet.size > 0) detection.observe({ type: 'blind', at: now })
  await restoreIncidents(detection, options)
  if (stored) detection.verdicts.blind.away(stored.at, now)
  return detection
}

/** Where machines are and what they have. What the detector knows already changes nothing. */
async function tellFleet(
  detection: Detection,
  fleet: Fleet,
  catalogue: Catalogue,
  { store }: Pick<DetectionOptions, 'store'>,
  now: number,
): Promise<void> {
  for (const machine of fleet.machines()) detection.enrolled(machine, now)
  for (const { machineId, model } of await machineModels(store.reader))
    detection.component(machineId, modelKey(model), 'present', null, now)
  for await (const rows of allMachineComponents(store.reader))
    for (const { machineId, componentId, since } of rows) {
      const component = catalogue.byId(componentId)
      if (!component) continue
      const change = since === null ? 'present' : 'arrived'
      detection.component(machineId, componentKey(component), change, since, now)
      if (component.kind === 'sensor') detection.component(machineId, productKey(component.name), 'present', null, now)
    }
}

async function restoreIncidents(detection: Detection, { store }: Pick<DetectionOptions, 'store'>): Promise<void> {
  const known = new Set(detection.detector.open().map((i) => i.incident))
  for (const record of await readIncidents(store.reader, { statuses: ACTIVE, limit: MAX_INCIDENTS })) {
    const number = record.detectorNumber
    // a detector that began anew gives its numbers again
    const restored = number === null || known.has(number) ? record : { ...record, detectorNumber: null }
    detection.incidents.restore(restored, await readMembers(store.reader, record.id))
  }
}
