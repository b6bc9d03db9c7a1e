import type { PracticeRow } from '../model/practice-row.ts'
import { NOTHING_ELSE_KNOWN, placement } from './practices.ts'
import type { Reader, Tx } from './store.ts'
import type { Row } from './tables.ts'
import { setPracticeTags } from './tags.ts'

/** Writes practices as a file tells them; what the file does not say stays. Regions and networks come into being. */
export async function writePractices(tx: Tx, rows: readonly PracticeRow[], at: number): Promise<void> {
  for (const row of rows) {
    const regionId = row.region && (await putPlace(tx, 'region', row.region.code, row.region.name))
    if (regionId !== undefined && row.region?.tile) {
      const { row: tile_row, column: tile_column } = row.region.tile
      await tx.updateTable('region').set({ tile_row, tile_column }).where('id', '=', regionId).execute()
    }
    const pcnId = row.pcn && (await putPlace(tx, 'pcn', row.pcn.code, row.pcn.name))
    if (pcnId !== undefined && regionId !== undefined)
      await tx.updateTable('pcn').set({ region_id: regionId }).where('id', '=', pcnId).execute()
    const said = {
      name: row.name,
      status: row.status,
      vouched: 1 as const,
      ...(regionId === undefined ? {} : { region_id: regionId }),
      ...(pcnId === undefined ? {} : { pcn_id: pcnId }),
      ...(row.address === undefined ? {} : { address: row.address }),
      ...(row.openingHours === undefined ? {} : { opening_hours: JSON.stringify(row.openingHours) }),
    }
    const { id } = await tx
      .insertInto('practice')
      .values({ ...NOTHING_ELSE_KNOWN, code: row.code, ...said })
      .onConflict((c) => c.column('code').doUpdateSet(said))
      .returning('id')
      .executeTakeFirstOrThrow()
    // the file has the whole of them, whoever set those before
    if (row.tags) await setPracticeTags(tx, id, row.tags, at)
  }
}

/** Which practice took which one over; once all rows are written, since the successor may stand later in the file. */
export async function writeMergers(tx: Tx, rows: readonly PracticeRow[]): Promise<void> {
  for (const row of rows)
    await tx
      .updateTable('practice')
      .set((e) => ({
        merged_into:
          row.mergedInto === undefined
            ? null
            : e.selectFrom('practice as successor').select('successor.id').where('successor.code', '=', row.mergedInto),
      }))
      .where('code', '=', row.code)
      .execute()
}

/** Machines of practices whose rows repeat where the practice is. */
export async function machinesOfPractices(db: Reader, codes: readonly string[]): Promise<Row<'machine'>[]> {
  return db
    .selectFrom('machine')
    .innerJoin('practice', 'practice.id', 'machine.practice_id')
    .selectAll('machine')
    .where('practice.code', 'in', codes)
    .execute()
}

/** Brings machines up to date with their practices. @returns their new rows. */
export async function replaceMachines(tx: Tx, machines: readonly Row<'machine'>[]): Promise<Row<'machine'>[]> {
  const ids = [...new Set(machines.flatMap((machine) => machine.practice_id ?? []))]
  if (ids.length === 0) return []
  const practices = await tx
    .selectFrom('practice')
    .select(['id', 'code', 'name', 'region_id'])
    .where('id', 'in', ids)
    .execute()
  const byId = new Map(practices.map((practice) => [practice.id, practice]))
  const changed: Row<'machine'>[] = []
  for (const machine of machines) {
    const place = placement(byId.get(machine.practice_id ?? 0))
    if (place.region_id === machine.region_id) continue
    await tx.updateTable('machine').set(place).where('id', '=', machine.id).execute()
    changed.push({ ...machine, ...place })
  }
  return changed
}

async function putPlace(tx: Tx, table: 'region' | 'pcn', code: string, name: string | undefined): Promise<number> {
  const known = await tx.selectFrom(table).select(['id', 'name']).where('code', '=', code).executeTakeFirst()
  if (known) {
    if (name !== undefined && name !== known.name)
      await tx.updateTable(table).set({ name }).where('id', '=', known.id).execute()
    return known.id
  }
  const row = { code, name: name ?? code }
  const inserted =
    table === 'region'
      ? await tx.insertInto('region').values(row).returning('id').executeTakeFirstOrThrow()
      : await tx
          .insertInto('pcn')
          .values({ ...row, region_id: null })
          .returning('id')
          .executeTakeFirstOrThrow()
  return inserted.id
}
