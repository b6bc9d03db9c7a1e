import type { RouteName } from '@pumphandle/shared/api'
import { type Answer, ApiProblem, type Args, type ReadName } from '@pumphandle/shared/client'
import { MINUTE } from '@pumphandle/shared/time'
import { keepPreviousData, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { browserClock } from '../clock.ts'
import { client } from './client.ts'

/** An answer that has not come by then never comes, and nobody presses anything on a wall: it is asked again. */
const GIVEN_UP_MS = MINUTE

function inTime<T>(signal: AbortSignal, ask: (either: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController()
  const stop = browserClock.after(GIVEN_UP_MS, () => late.abort(new Error('No answer came in time.')))
  return ask(AbortSignal.any([signal, late.signal])).finally(stop)
}

interface Options {
  enabled?: boolean
  /** Show the last answer while the next is on its way, so that the page keeps its shape. */
  keep?: boolean
}

/** What is asked of a route. The key of its answer is the route's name and its arguments. */
export const question = <N extends ReadName>(name: N, args: Args<N> = {}) =>
  queryOptions<Answer<N>, Error>({
    queryKey: [name, args],
    queryFn: ({ signal }) => inTime(signal, (either) => client.call(name, { ...args, signal: either })),
  })

/** Asks a route and keeps its answer; the live link makes it fresh. */
export function useAnswer<N extends ReadName>(name: N, args: Args<N> = {}, options: Options = {}) {
  return useQuery({
    ...question(name, args),
    enabled: options.enabled ?? true,
    ...(options.keep ? { placeholderData: keepPreviousData } : {}),
  })
}

/** Answers that a page keeps under a name of its own. */
const KEPT_AS: Partial<Record<ReadName, string>> = { machines: 'machine-rows' }

/** Changes something by a route; afterwards the answers of the routes in `refresh` are asked again. */
export function useChange<N extends RouteName>(name: N, refresh: readonly ReadName[] = []) {
  const queries = useQueryClient()
  return useMutation<Answer<N>, Error, Args<N> & { text?: string }>({
    mutationFn: (args) => sent(client.call(name, args)),
    onSuccess: () =>
      Promise.all(refresh.map((other) => queries.invalidateQueries({ queryKey: [KEPT_AS[other] ?? other] }))),
  })
}

/** What a person did, on its way. @throws in words where nobody answers: browsers say "Failed to fetch" */
export function sent<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    if (error instanceof ApiProblem) throw error
    throw new Error(
      'The collector cannot be reached. Check that this computer has a network, and whether it was done before you try again.',
      { cause: error },
    )
  })
}

/** What was refused is refused again; a fault, a lost line or too many questions may be over. */
export const mayHeal = (error: Error): boolean =>
  !(error instanceof ApiProblem) || error.problem.status >= 500 || error.problem.status === 429

/** A failure as a title and what to do about it. */
export function inWords(error: Error): { title: string; detail: string } {
  if (error instanceof ApiProblem)
    return { title: error.problem.title, detail: error.problem.detail ?? 'Try again in a moment.' }
  return {
    title: 'The collector cannot be reached',
    detail: 'This page tries again by itself. Check that the collector runs and that this computer has a network.',
  }
}
