import type { QueryClient } from '@tanstack/react-query'
import { question } from '../api/use.ts'
import { to } from '../design/links.ts'

/** Asks who is signed in, and then what the overview draws, before anything is drawn: the answers are long on their way. */
export async function askAhead(client: QueryClient, path: string): Promise<void> {
  const me = await client.fetchQuery(question('me'))
  // of those who may see nothing yet everything is refused
  if (path !== to.overview() || me.owesFactor) return
  const ask = [client.prefetchQuery(question('overview')), client.prefetchQuery(question('tiles'))]
  if (!me.places) ask.push(client.prefetchQuery(question('commons')))
  await Promise.all(ask)
}
