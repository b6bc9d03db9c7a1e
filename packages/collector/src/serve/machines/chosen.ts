import { Refusal } from '../../model/refusal.ts'
import { readQuery } from '../../search/read-query.ts'
import { idsByUids } from '../../store/retirement.ts'
import type { ServeContext } from '../http/context.ts'

/** The machines that a query finds now or that are named. @throws Refusal 400 where neither says which */
export async function chosenMachines(
  { index, store }: Pick<ServeContext, 'index' | 'store'>,
  { q, ids }: { q?: string | undefined; ids?: string[] | undefined },
): Promise<number[]> {
  if (ids) return idsByUids(store.reader, ids)
  if (q === undefined || q.trim() === '')
    throw new Refusal(
      'malformed',
      'Which machines',
      'Say which machines: by a query that is not empty, or by their ids.',
    )
  await index.sync()
  return [...index.columns.idsOf(await index.search(readQuery(q)))]
}
