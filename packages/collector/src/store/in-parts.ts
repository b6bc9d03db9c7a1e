/** Ids of one `in (...)`: well under the number of parameters that either database takes. */
const IDS_PER_READ = 1_000

/** Reads rows of many ids, so many at a time that the number of a statement's parameters stays bounded. */
export async function inParts<Id, T>(ids: readonly Id[], read: (part: Id[]) => Promise<T[]>): Promise<T[]> {
  const rows: T[] = []
  for (let from = 0; from < ids.length; from += IDS_PER_READ)
    for (const row of await read(ids.slice(from, from + IDS_PER_READ))) rows.push(row)
  return rows
}
