import type { Reader } from './store.ts'

export interface AssetRow {
  readonly id: number
  readonly uid: string
  readonly first_seen: number
  readonly os_name: string | null
  readonly inventory: string | null
}

/** What the asset register needs of machines beside their rows, by the ids that people see. */
export async function assetRows(db: Reader, uids: readonly string[]): Promise<AssetRow[]> {
  const rows: AssetRow[] = []
  // under the number of parameters that either database takes
  for (let from = 0; from < uids.length; from += 1_000)
    rows.push(
      ...(await db
        .selectFrom('machine')
        .leftJoin('machine_detail', 'machine_detail.machine_id', 'machine.id')
        .select(['machine.id', 'machine.uid', 'machine.first_seen', 'machine.os_name', 'machine_detail.inventory'])
        .where('machine.uid', 'in', uids.slice(from, from + 1_000))
        .execute()),
    )
  return rows
}
