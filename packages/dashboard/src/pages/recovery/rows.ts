import type { Cohort, RecoveryPage } from '@pumphandle/shared/api'
import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { sent } from '../../api/use.ts'

/** Cards asked for at once: more than a round of visits, little for a telephone. */
const PAGE = 100
type Mark = 'attended' | 'recovered' | 'not-recovered'

/** Machines on the board. The key begins with the route's name and its path, by which the live link refreshes it. */
export function useRecovery(id: string, wanted: { cohort?: Cohort | undefined; practice?: string; name?: string }) {
  const query = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined && value !== ''))
  return useInfiniteQuery({
    queryKey: ['recovery', { path: { id } }, query],
    queryFn: ({ pageParam, signal }) =>
      client.call('recovery', {
        path: { id },
        query: { ...query, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: (old) => old,
  })
}

/** Marks a machine. The card changes at once, and changes back with an error if the collector refuses. */
export function useMark(id: string, machine: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (mark: Mark) => sent(client.call('mark', { path: { id, machine }, body: { mark } })),
    onMutate(mark) {
      const before = queries.getQueriesData<InfiniteData<RecoveryPage>>({ queryKey: ['recovery'] })
      queries.setQueriesData<InfiniteData<RecoveryPage>>(
        { queryKey: ['recovery'] },
        (data) => data && marked(data, machine, mark),
      )
      return { before }
    },
    onError(_error, _mark, context) {
      for (const [key, data] of context?.before ?? []) queries.setQueryData(key, data)
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['recovery'] }),
  })
}

const marked = (data: InfiniteData<RecoveryPage>, machine: string, mark: Mark): InfiniteData<RecoveryPage> => ({
  ...data,
  pages: data.pages.map((page) => ({
    ...page,
    items: page.items.map((row) => (row.machine === machine ? { ...row, mark } : row)),
  })),
})
