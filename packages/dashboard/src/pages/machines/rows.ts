import type { MachineRow } from '@pumphandle/shared/api'
import type { Answer } from '@pumphandle/shared/client'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client as collector } from '../../api/client.ts'
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

/** Machines that a query finds, page after page by cursor; facets come with the first page only. */
export function useMachineRows(q: string, sort: Sort) {
  return useInfiniteQuery<
    Answer<'machines'>,
    Error,
    { pages: Answer<'machines'>[] },
    readonly unknown[],
    string | undefined
  >({
    queryKey: [ROWS, q, sort.by, sort.order],
    queryFn: ({ pageParam, signal }) =>
      collector.call('machines', {
        query: { q, sort: sort.by, order: sort.order, limit: PAGE, cursor: pageParam, facets: pageParam ? '0' : '1' },
        signal,
      }),
    initialPageParam: undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: (old) => old,
    // rows take new states where they stand; a new order is asked for by hand or when nobody looks
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  })
}
export type MachineRows = ReturnType<typeof useMachineRows>

/** All rows that are there by now. */
export const loaded = (rows: MachineRows): MachineRow[] => rows.data?.pages.flatMap((page) => page.items) ?? []

/**
 * Machines that changed since the rows were asked for. While the table is held, or more than its first page is open,
 * they wait for a press on "12 changes"; else the rows are asked again by themselves, but not more often than settles.
 */
export function useChanges(rows: MachineRows, held: boolean) {
  const { onChanges } = useLive()
  const client = useQueryClient()
  const [changes, setChanges] = useState(0)
  useEffect(() => onChanges((n) => setChanges((old) => old + n)), [onChanges])
  const deep = (rows.data?.pages.length ?? 0) > 1
  const at = rows.dataUpdatedAt
  const [seen, setSeen] = useState(at)
  if (at !== seen) {
    setSeen(at)
    setChanges(0)
  }
  const refresh = () => void client.resetQueries({ queryKey: [ROWS], exact: false, type: 'active' })
  const waiting = changes > 0 && !held && !deep
  const { refetch } = rows
  useEffect(() => {
    if (!waiting) return
    const timer = setTimeout(() => void refetch(), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [waiting, refetch])
  return { changes, refresh }
}
