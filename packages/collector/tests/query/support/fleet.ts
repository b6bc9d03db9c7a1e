import { versionKey } from '@pumphandle/shared/versions'
import { tagKey } from '@pumphandle/shared/words'
import { COHORTS, STATES } from '../../../src/query/language/fields.ts'
import type { Db } from '../../../src/store/store.ts'
import type { NewRow } from '../../../src/store/tables.ts'
import type { Choices } from './choices.ts'
import type { MachineRecord } from './machine-record.ts'
import * as V from './values.ts'

/** Incidents 1 to 3; the last is resolved. */
const INCIDENTS = 3

/** A fleet as records; ids are 1 upwards. */
export function makeFleet(random: Choices, size: number): MachineRecord[] {
  const practices = V.PRACTICES.map((p) => ({ ...p, pcn: random.maybe(V.PCNS), region: random.maybe(V.REGIONS) }))
  return Array.from({ length: size }, (_, i) => machine(random, i + 1, random.maybe(practices)))
}

type Practice = (typeof V.PRACTICES)[number] & { pcn: MachineRecord['pcn']; region: MachineRecord['region'] }

function machine(random: Choices, id: number, practice: Practice | null): MachineRecord {
  const crashes = Array.from({ length: random.chance(0.5) ? 0 : random.below(3) }, () => ({
    at: random.pick(V.TIMES),
    stopCode: random.maybe(V.STOPS),
    culprit: random.maybe(V.CULPRITS),
  }))
  const last = crashes.toSorted((a, b) => b.at - a.at)[0]
  const exposures = V.COMPONENTS.filter(() => random.chance(0.3)).map(([kind, name, version]) => {
    const since = random.pick(V.TIMES)
    const until = random.chance(0.5) ? null : Math.max(since, random.pick(V.TIMES))
    return { kind, name, version, since, until }
  })
  return {
    id,
    name: `${random.pick(V.NAMES)}${random.chance(0.5) ? id : ''}`,
    practice: practice && { code: practice.code, name: practice.name },
    pcn: practice?.pcn ?? null,
    region: practice?.region ?? null,
    state: random.pick(STATES),
    stateSince: random.pick(V.TIMES),
    model: random.maybe(V.MODELS),
    serial: random.maybe(V.SERIALS),
    osName: random.maybe(V.OS_NAMES),
    agentVersion: random.maybe(V.AGENTS),
    unmanaged: random.chance(0.2),
    firstSeen: random.pick(V.TIMES),
    lastSeen: random.pick(V.TIMES),
    lastBootAt: random.maybe(V.TIMES),
    lastCrashAt: last?.at ?? null,
    lastCrashStop: last?.stopCode ?? null,
    lastCrashCulprit: last?.culprit ?? null,
    components: exposures.filter((e) => e.until === null),
    exposures,
    crashes,
    tags: V.TAGS.filter(() => random.chance(0.3)).sort(),
    incidents: Array.from({ length: INCIDENTS }, (_, i) => i + 1)
      .filter(() => random.chance(0.3))
      .map((incident) => ({ id: incident, cohort: random.pick(COHORTS), resolved: incident === INCIDENTS })),
  }
}

/** Writes a fleet into empty tables. */
export async function storeFleet(db: Db, fleet: MachineRecord[]): Promise<void> {
  const regions = V.REGIONS.map((r, i) => ({ id: i + 1, ...r }))
  const pcns = V.PCNS.map((p, i) => ({ id: i + 1, ...p, region_id: null }))
  const idOf = (rows: { id: number; code: string }[], code?: string): number | null =>
    rows.find((r) => r.code === code)?.id ?? null
  const practices = V.PRACTICES.map((p, i) => {
    const at = fleet.find((m) => m.practice?.code === p.code)
    const place = { pcn_id: idOf(pcns, at?.pcn?.code), region_id: idOf(regions, at?.region?.code) }
    return { id: i + 1, ...p, ...place, status: 'open' as const, merged_into: null, ...NOTHING_ELSE }
  })
  const components = V.COMPONENTS.map(([kind, name, version], i) => {
    return { id: i + 1, kind, name, version, version_key: versionKey(version), first_seen: V.NOW }
  })
  const componentId = (c: { kind: string; name: string; version: string }): number =>
    components.find((o) => o.kind === c.kind && o.name === c.name && o.version === c.version)?.id ?? 0
  await db.insertInto('region').values(regions).execute()
  await db.insertInto('pcn').values(pcns).execute()
  await db.insertInto('practice').values(practices).execute()
  await db.insertInto('component').values(components).execute()
  const incidents = Array.from({ length: INCIDENTS }, (_, i) => incidentRow(i + 1))
  await db.insertInto('incident').values(incidents).execute()
  for (const m of fleet) {
    const placed = { practice_id: idOf(practices, m.practice?.code), region_id: idOf(regions, m.region?.code) }
    await db
      .insertInto('machine')
      .values({ ...machineRow(m), ...placed })
      .execute()
    const exposures = m.exposures.map((e) => {
      return { machine_id: m.id, component_id: componentId(e), since: e.since, until: e.until }
    })
    const now = exposures.filter((e) => e.until === null)
    const current = now.map(({ machine_id, component_id, since }) => {
      return { machine_id, component_id, since, known_since_before: 0 as const }
    })
    if (exposures.length) await db.insertInto('exposure').values(exposures).execute()
    if (current.length) await db.insertInto('machine_component').values(current).execute()
    await db.insertInto('crash').values(crashRows(m)).execute()
    const tags = m.tags.map((word) => ({ ...TAG, machine_id: m.id, key: tagKey(word), word }))
    if (tags.length) await db.insertInto('tag').values(tags).execute()
    const members = m.incidents.map((i) => {
      return { incident_id: i.id, machine_id: m.id, cohort: i.cohort, since: V.NOW, reason: null }
    })
    if (members.length) await db.insertInto('incident_machine').values(members).execute()
  }
}

const TAG = { practice_id: null, source: 'person', set_by: 'Ada', set_at: V.NOW } as const
const NOTHING_ELSE = { opening_hours: null, contacts: null, address: null }

function incidentRow(id: number): NewRow<'incident'> {
  const resolved_at = id === INCIDENTS ? V.NOW : null
  const none = { cause_component_id: null, partner_component_id: null }
  return {
    id,
    kind: 'version',
    status: 'open',
    title: `Incident ${id}`,
    opened_at: V.NOW,
    resolved_at,
    ...none,
    payload: '{}',
  }
}

function machineRow(m: MachineRecord): NewRow<'machine'> {
  return {
    id: m.id,
    uid: `uid-${m.id}`,
    name: m.name,
    state: m.state,
    state_since: m.stateSince,
    state_reason: null,
    model: m.model,
    serial_number: m.serial,
    os_name: m.osName,
    first_seen: m.firstSeen,
    last_seen: m.lastSeen,
    last_boot_at: m.lastBootAt,
    boot_id: null,
    last_crash_at: m.lastCrashAt,
    last_crash_stop: m.lastCrashStop,
    last_crash_culprit: m.lastCrashCulprit,
    unmanaged: m.unmanaged ? 1 : 0,
    agent_version: m.agentVersion,
    practice_id: null,
    region_id: null,
  }
}

/** Its blue screens, and a crash of another kind, which no query may mistake for one. */
function crashRows(m: MachineRecord): NewRow<'crash'>[] {
  const empty = { process: null, module: null, count: 1, machine_id: m.id }
  const rows = m.crashes.map((c, i) => {
    return {
      ...empty,
      event_id: `c${i}`,
      at: c.at,
      kind: 'bugcheck' as const,
      stop_code: c.stopCode,
      culprit: c.culprit,
    }
  })
  const app = { ...empty, event_id: 'app', at: V.NOW, kind: 'app' as const, stop_code: 0x50, culprit: 'csagent.sys' }
  return [...rows, app]
}
