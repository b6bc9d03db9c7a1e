import { boundedBody } from '../model/bounded-body.ts'

/** What a provider says of itself, its keys and a token with hundreds of groups are some tens of kB. */
const MOST_BYTES = 1_000_000

/**
 * The same as fetch for the provider of sign-ins: no redirect is followed, and no answer fills the memory.
 * @param init as fetch takes it; the libraries have types of their own for it
 */
export async function providerFetch(url: string, init: object): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'manual' })
  const body = await boundedBody(response, MOST_BYTES)
  if (!body) throw new TypeError(`${new URL(url).origin} answered with more than ${MOST_BYTES} bytes`)
  const { status, headers } = response
  return new Response(body.length === 0 ? null : body, { status, headers })
}
