import type { MachineRow } from '@pumphandle/shared/api'
import type { Answer } from '@pumphandle/shared/client'
import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client as collector } from '../../api/client.ts'
import { browserClock } from '../../clock.ts'
import { useLive } from '../../live/live.tsx'

/** Rows asked for at once: two and a half screens of a wall, 300 kB before compression. */
const PAGE = 200
/** The order of rows is asked anew this long after the last time, when nobody is on the table. */
const SETTLE_MS = 5000

export interface Sort {
  by: 'name' | 'practice' | 'state' | 'lastSeen' | 'lastCrashAt' | 'model'
  order: 'asc' | 'desc'
}

/** The key under which the live link finds rows to patch; see live/apply.ts. */
const ROWS = 'machine-rows' as const
const keyOf = (q: string, sort: Sort, page: number) => [ROWS, q, sort.by, sort.order, page] as const
/** Rows take new states where they stand; a new order is asked for by hand or when nobody looks. */
const STEADY = { staleTime: Number.POSITIVE_INFINITY, structuralSharing: false } as const

/** The first page of what a query finds, with how many there are, what they have in common, and the query in words. */
export function useFirstRows(q: string, sort: Sort, enabled: boolean) {
  return useQuery({
    queryKey: keyOf(q, sort, 0),
    queryFn: ({ signal }) =>
      collector.call('machines', { query: { q, sort: sort.by, order: sort.order, limit: PAGE, facets: '1' }, signal }),
    placeholderData: keepPreviousData,
    enabled,
    ...STEADY,
  })
}
export type FirstRows = ReturnType<typeof useFirstRows>

/** The pages that hold rows from one to another, without the first. */
export function pagesBetween(from: number, to: number): number[] {
  const start = Math.max(1, Math.floor(from / PAGE))
  return Array.from({ length: Math.max(0, Math.floor(to / PAGE) - start + 1) }, (_, i) => start + i)
}

/**
 * The rows by their place in the whole list, fetched where they are seen: wherever the scrollbar is dragged to, its pages
 * are asked for directly. A page that follows one that is there goes on from its cursor, which costs the collector less.
 */
export function useRows(first: Answer<'machines'>, q: string, sort: Sort, pages: readonly number[]) {
  const client = useQueryClient()
  const cursorOf = (page: number): string | null => {
    const before = client.getQueryState<Answer<'machines'>>(keyOf(q, sort, page - 1))
    return before?.isInvalidated === false ? (before.data?.next ?? null) : null
  }
  const answers = useQueries({
    queries: pages.map((page) => ({
      queryKey: keyOf(q, sort, page),
      queryFn: ({ signal }: { signal: AbortSignal }) => {
        const cursor = cursorOf(page)
        const place = cursor === null ? { offset: page * PAGE } : { cursor }
        return collector.call('machines', {
          query: { q, sort: sort.by, order: sort.order, limit: PAGE, ...place },
          signal,
        })
      },
      ...STEADY,
    })),
  })
  const byPage = new Map(pages.map((page, i) => [page, answers[i]?.data?.items]))
  byPage.set(0, first.items)
  return (index: number): MachineRow | undefined => byPage.get(Math.floor(index / PAGE))?.[index % PAGE]
}

/**
 * Machines that changed since the rows were asked for. While the table is held, or scrolled beyond its first page, they
 * wait for a press on "12 changes"; else the rows are asked again by themselves, but not more often than settles.
 */
export function useChanges(rows: FirstRows, held: boolean) {
  const { onChanges } = useLive()
  const client = useQueryClient()
  const [changes, setChanges] = useState(0)
  useEffect(() => onChanges((n) => setChanges((old) => old + n)), [onChanges])
  const at = rows.dataUpdatedAt
  const [seen, setSeen] = useState(at)
  if (at !== seen) {
    setSeen(at)
    setChanges(0)
  }
  const refresh = () => void client.invalidateQueries({ queryKey: [ROWS] })
  const waiting = changes > 0 && !held
  const { refetch } = rows
  useEffect(() => (waiting ? browserClock.after(SETTLE_MS, () => void refetch()) : undefined), [waiting, refetch])
  return { changes, refresh }
}
