import { ApiProblem } from '@pumphandle/shared/client'
import { backoffMs } from '@pumphandle/shared/flow'
import { notifyManager, QueryClient } from '@tanstack/react-query'

/** A read that failed is tried again after half a second, doubled each time. */
const RETRY = { firstMs: 500, mostMs: 8000 } as const

/** The live link refreshes what is looked at; what was not is shown as it was and asked again when it is opened. */
const STALE_MS = 2000
/** Refusals are final; a collector that restarts is back within seconds. */
const RETRIES = 3

const refused = (error: Error) => error instanceof ApiProblem && error.problem.status < 500
/** Not signed in, or somebody demands a second factor now. */
const signedOut = (error: Error | null) =>
  error instanceof ApiProblem && (error.problem.status === 401 || error.problem.title === 'Second factor needed')

/** Keeps answers. When one comes back "not signed in", it asks who is signed in, and with that the page for it shows. */
export function createQueryClient(): QueryClient {
  // within the event that changed an answer: by default a moment later, in which a ticked box shows its old state again
  notifyManager.setScheduler(queueMicrotask)
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        refetchOnWindowFocus: false,
        retry: (failures, error) => !refused(error) && failures < RETRIES,
        retryDelay: (attempt) => backoffMs(RETRY, attempt + 1),
      },
    },
  })
  client.getQueryCache().subscribe(({ type, query }) => {
    if (type !== 'updated' || query.queryKey[0] === 'me' || !signedOut(query.state.error)) return
    void client.invalidateQueries({ queryKey: ['me'] })
  })
  return client
}
