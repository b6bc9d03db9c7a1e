import type { Collector } from '@pumphandle/collector'
import { type Client, createClient } from '@pumphandle/shared/client'

/** A person's browser, as far as the API needs one: keeps the cookie, names its origin. */
export function browserFetch(url: string): typeof fetch {
  let cookie = ''
  return async (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('origin', url)
    if (cookie) headers.set('cookie', cookie)
    const response = await fetch(input, { ...init, headers })
    const set = response.headers.getSetCookie()[0]
    if (set !== undefined) cookie = set.slice(0, set.indexOf(';'))
    return response
  }
}

export const PASSWORD = 'correct horse battery'

/** Uses the link that the first start printed. */
export async function firstAdmin(collector: Collector): Promise<Client> {
  const client = createClient({ url: collector.url, fetch: browserFetch(collector.url) })
  const token = collector.signInLink?.split('#')[1] ?? ''
  await client.call('redeem', { body: { token, name: 'Ada', password: PASSWORD, email: 'ada@example.nhs.uk' } })
  return client
}

/** A client with an API token of a scope. */
export async function withToken(admin: Client, url: string, scope: 'read' | 'write' | 'admin'): Promise<Client> {
  const { secret } = await admin.call('tokenAdd', { body: { name: `test ${scope}`, scope } })
  return createClient({ url, token: secret })
}

/** The status that a call is refused with; 200 where it is not. */
export const statusOf = (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 200,
    (error: unknown) => (error as { problem: { status: number } }).problem.status,
  )
