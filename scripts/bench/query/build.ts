import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { Random } from '@pumphandle/shared/random'
import { DAY } from '@pumphandle/shared/time'
import { versionKey } from '@pumphandle/shared/versions'
import type { IncidentRecord } from '../../../packages/collector/src/model/incident-record.ts'
import { openStore } from '../../../packages/collector/src/store/index.ts'
import { FAMILIES } from './catalogue.ts'

export interface Size {
  machines: number
  events: number
}

/** What the measurements need to know of what was built. */
export interface Built {
  /** ids of the versions of falcon/291, for events that change it */
  contents: string[]
  components: number
}

/** Machines at one site on average, as in general practice. */
const PER_PRACTICE = 27
const REGIONS = 42
const STATES = [
  'healthy',
  'healthy',
  'healthy',
  'healthy',
  'offline',
  'offline',
  'sleeping',
  'dark',
  'crashed',
  'boot-loop',
]
export const NOW = Date.UTC(2024, 6, 19, 9, 30)

const INCIDENT: IncidentRecord = {
  id: 1,
  kind: 'component',
  status: 'open',
  title: 'Falcon channel file 291 of 04:09 UTC on 19 July 2024 is crashing machines',
  sentence: 'A fifth of the fleet is in this incident.',
  cause: {
    kind: 'content',
    name: 'falcon/291',
    version: '2024-07-19T04:09Z',
    key: 'content:falcon/291@2024-07-19T04:09Z',
  },
  partner: null,
  confidence: 'certain',
  openedAt: NOW,
  firstFailureAt: NOW,
  lastFailureAt: NOW,
  containedAt: null,
  resolvedAt: null,
  owner: null,
  mergedInto: null,
  detectorNumber: null,
  subject: null,
  explanation: null,
  practices: 0,
  cohorts: { affected: 0, 'at-risk': 0, recovered: 0, relapsed: 0, missing: 0, cleared: 0 },
}

/** No flushes and no journal on disk: a database that is lost half-way is built again. */
const PRAGMAS = [
  'synchronous = OFF',
  'journal_mode = DELETE',
  'journal_mode = MEMORY',
  'cache_size = -500000',
  'foreign_keys = OFF',
]

/** Fills a new database as fast as SQLite goes: no flushes, and indexes made when the rows are in. */
export async function build(file: string, { machines, events }: Size): Promise<Built> {
  const store = await openStore({ kind: 'sqlite', file })
  await store.close()
  const db = new DatabaseSync(file)
  for (const pragma of PRAGMAS) db.exec(`pragma ${pragma}`)
  type Index = { name: string; sql: string }
  const indexes = db
    .prepare(`select name, sql from sqlite_schema where type = 'index' and sql is not null`)
    .all() as Index[]
  for (const { name } of indexes) db.exec(`drop index "${name}"`)
  const components = fillPlaces(db, machines)
  fillMachines(db, machines, components)
  fillEvents(db, machines, events)
  fillIncident(db, machines)
  for (const { sql } of indexes) db.exec(sql)
  db.exec('analyze')
  db.close()
  const contents = FAMILIES.find((f) => f.name === 'falcon/291')?.versions ?? []
  return { contents, components: components.flat().length }
}

function inserter(db: DatabaseSync, table: string, columns: string[]): (...values: SQLInputValue[]) => void {
  const statement = db.prepare(`insert into ${table} (${columns.join()}) values (${columns.map(() => '?').join()})`)
  return (...values) => void statement.run(...values)
}

function inOne(db: DatabaseSync, run: () => void): void {
  db.exec('begin')
  run()
  db.exec('commit')
}

/** Regions, practices and components; returns the component ids of each family. */
function fillPlaces(db: DatabaseSync, machines: number): number[][] {
  const practices = Math.ceil(machines / PER_PRACTICE)
  const families: number[][] = []
  inOne(db, () => {
    const region = inserter(db, 'region', ['id', 'code', 'name'])
    for (let r = 1; r <= REGIONS; r++) region(r, `Q${r}`, `Region ${r}`)
    const practice = inserter(db, 'practice', ['id', 'code', 'name', 'region_id', 'status', 'vouched'])
    for (let p = 1; p <= practices; p++)
      practice(p, `A${80000 + p}`, `Practice ${p} Surgery`, 1 + (p % REGIONS), 'open', 1)
    const component = inserter(db, 'component', ['id', 'kind', 'name', 'version', 'version_key', 'first_seen'])
    let id = 0
    for (const { kind, name, versions } of FAMILIES) {
      const ids = versions.map((version) => {
        component(++id, kind, name, version, versionKey(version), NOW - 30 * DAY)
        return id
      })
      families.push(ids)
    }
  })
  return families
}

const MACHINE =
  'id uid name practice_id region_id state state_since state_reason model os_name first_seen last_seen last_boot_at last_crash_at last_crash_stop last_crash_culprit unmanaged agent_version established_at'

function fillMachines(db: DatabaseSync, machines: number, families: number[][]): void {
  const random = new Random(1)
  inOne(db, () => {
    const machine = inserter(db, 'machine', MACHINE.split(' '))
    const has = inserter(db, 'machine_component', ['machine_id', 'component_id', 'since', 'known_since_before'])
    const had = inserter(db, 'exposure', ['machine_id', 'component_id', 'since', 'until'])
    for (let id = 1; id <= machines; id++) {
      const practice = Math.ceil(id / PER_PRACTICE)
      const code = `A${80000 + practice}`
      const name = `${code}-PC${id % 100}-${id}`
      const state = STATES[Math.floor(random.next() * STATES.length)] ?? 'healthy'
      const crashed = random.next() < 0.1
      const at = crashed ? NOW - Math.floor(random.next() * 10 * DAY) : null
      const since = NOW - Math.floor(random.next() * DAY)
      const place = [practice, 1 + (practice % REGIONS)]
      const crash = [at, crashed ? 0x50 : null, crashed ? `driver${id % 8}.sys` : null]
      const model = `Model ${Math.floor(random.next() * random.next() * 300)}`
      const seen = [NOW - 20 * DAY, NOW - Math.floor(random.next() * 900_000), since]
      const described = [model, 'Windows 10 Pro']
      const row = [id, `uid-${id}`, name, ...place, state, since, 'Connected.', ...described, ...seen, ...crash]
      // no newcomer: what it does counts
      machine(...row, 0, '0.1.0', NOW - 19 * DAY)
      for (const [f, ids] of families.entries()) {
        if (random.next() >= (FAMILIES[f]?.share ?? 0)) continue
        // most have one of the newest versions
        const latest = Math.floor(random.next() ** 3 * ids.length)
        const component = ids[ids.length - 1 - latest] ?? 0
        has(id, component, since, 0)
        if (FAMILIES[f]?.kind === 'content') {
          had(id, component, since, null)
          had(id, ids[Math.max(0, ids.length - 2 - latest)] ?? 0, since - DAY, since)
        }
      }
    }
  })
}

function fillEvents(db: DatabaseSync, machines: number, events: number): void {
  const random = new Random(2)
  const types = ['vitals', 'vitals', 'service-state', 'component-changed', 'boot', 'crash']
  inOne(db, () => {
    const event = inserter(db, 'event', ['machine_id', 'event_id', 'type', 'at', 'agent_at', 'received_at', 'payload'])
    const crash = inserter(db, 'crash', ['machine_id', 'event_id', 'at', 'kind', 'stop_code', 'culprit', 'count'])
    for (let seq = 1; seq <= events; seq++) {
      const machine = 1 + Math.floor(random.next() * machines)
      const type = types[Math.floor(random.next() * types.length)] ?? 'vitals'
      const at = NOW - Math.floor((30 * DAY * (events - seq)) / events)
      const payload = `{"id":"e${seq}","type":"${type}","at":${at},"bootId":"b${seq % 1000}","start":"cold","previous":{"end":"clean"}}`
      event(machine, `e${seq}`, type, at, at, at, payload)
      if (type === 'crash' && seq % 10 === 0) crash(machine, `e${seq}`, at, 'bugcheck', 0x50, `driver${seq % 8}.sys`, 1)
    }
  })
}

/** One incident that a fifth of the fleet is in. */
function fillIncident(db: DatabaseSync, machines: number): void {
  const cohorts = ['affected', 'affected', 'at-risk', 'at-risk', 'at-risk', 'recovered', 'missing', 'cleared']
  inOne(db, () => {
    const { id, kind, status, title, openedAt } = INCIDENT
    inserter(db, 'incident', ['id', 'kind', 'status', 'title', 'opened_at', 'payload'])(
      id,
      kind,
      status,
      title,
      openedAt,
      JSON.stringify(INCIDENT),
    )
    const member = inserter(db, 'incident_machine', ['incident_id', 'machine_id', 'cohort', 'since'])
    for (let machine = 5; machine <= machines; machine += 5)
      member(INCIDENT.id, machine, cohorts[(machine / 5) % cohorts.length] ?? '', NOW)
  })
}
