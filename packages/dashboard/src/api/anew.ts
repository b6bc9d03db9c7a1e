import { SECOND } from '@pumphandle/shared/time'
import type { QueryClient } from '@tanstack/react-query'

/** How long an answer may be on its way until it is said that it is waited for: whoever looks thinks by then that it is there. */
export const SLOW_MS = 10 * SECOND

/** Asks everything on the page anew. What is on its way and does not come is given up: else it would be waited for again. */
export async function askAnew(client: QueryClient): Promise<void> {
  await client.cancelQueries({ type: 'active', fetchStatus: 'fetching' })
  await client.invalidateQueries()
}
