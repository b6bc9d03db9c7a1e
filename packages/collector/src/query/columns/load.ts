import { othersTurn } from '@pumphandle/shared/others-turn'
import type { Reader } from '../../store/index.ts'
import { allMachineTags, tagsOfPractices } from '../../store/tags.ts'
import { FleetColumns } from './fleet-columns.ts'
import { MACHINE_COLUMNS } from './rows.ts'

/** Rows read in one go: about 20 ms of machines, after which others have their turn. */
const CHUNK = 5_000

/** Reads the whole fleet into columns: about 2 µs for each row of `machine_component`, the longest of the tables. */
export async function loadColumns(db: Reader): Promise<FleetColumns> {
  const columns = new FleetColumns()
  for (const row of await db.selectFrom('region').select(['id', 'code', 'name']).execute()) columns.setRegion(row)
  for (const row of await db.selectFrom('pcn').select(['id', 'code', 'name']).execute()) columns.setPcn(row)
  const tags = await tagsOfPractices(db)
  const practices = db.selectFrom('practice').select(['id', 'code', 'name', 'pcn_id'])
  for (const row of await practices.execute()) columns.setPractice({ ...row, tags: tags.get(row.id) ?? '' })
  for await (const part of allMachineTags(db)) for (const [id, own] of part) columns.setTags(id, own)
  await inChunks(
    (after) => {
      const rows = db
        .selectFrom('machine')
        .select(MACHINE_COLUMNS)
        .where('id', '>', after)
        .where('retired_at', 'is', null)
      return rows.orderBy('id').limit(CHUNK).execute()
    },
    (row) => {
      columns.setMachine(row)
      return row.id
    },
  )
  for (const row of await db
    .selectFrom('component')
    .select(['id', 'kind', 'name', 'version', 'version_key'])
    .execute()) {
    columns.setComponent(row)
    await loadMachinesOf(db, columns, row.id)
  }
  for (const row of await db.selectFrom('incident').select(['id', 'title', 'resolved_at']).execute()) {
    columns.setIncident(row)
    await loadCohorts(db, columns, row.id)
  }
  return columns
}

function loadMachinesOf(db: Reader, columns: FleetColumns, component: number): Promise<void> {
  return inChunks(
    (after) => {
      const rows = db.selectFrom('machine_component').select('machine_id').where('component_id', '=', component)
      return rows.where('machine_id', '>', after).orderBy('machine_id').limit(CHUNK).execute()
    },
    (row) => {
      columns.addComponent(row.machine_id, component)
      return row.machine_id
    },
  )
}

function loadCohorts(db: Reader, columns: FleetColumns, incident: number): Promise<void> {
  return inChunks(
    (after) => {
      const rows = db
        .selectFrom('incident_machine')
        .select(['machine_id', 'cohort'])
        .where('incident_id', '=', incident)
      return rows.where('machine_id', '>', after).orderBy('machine_id').limit(CHUNK).execute()
    },
    (row) => {
      columns.setCohort(incident, row.machine_id, row.cohort)
      return row.machine_id
    },
  )
}

/** Reads a table by its key, chunk after chunk. `take` returns the key of the row it took. */
async function inChunks<Row>(read: (after: number) => Promise<Row[]>, take: (row: Row) => number): Promise<void> {
  let after = -1
  for (;;) {
    const rows = await read(after)
    for (const row of rows) after = take(row)
    await othersTurn()
    if (rows.length < CHUNK) return
  }
}
