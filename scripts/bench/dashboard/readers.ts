import { type Client, createClient } from '@pumphandle/shared/client'
import { browserFetch, PASSWORD } from '../../../tests/support/signed-in.ts'

/** Live streams that one token may have open, and tokens of a person until their streams together are too many. */
const STREAMS_OF_TOKEN = 20
const TOKENS_OF_PERSON = 3

/** For each of so many streams a token, of as many people as that takes: no person alone may have them. */
export async function tokensFor(admin: Client, url: string, streams: number): Promise<string[]> {
  const tokens: string[] = []
  for (let person = 1; tokens.length < streams; person++) {
    const { link } = await admin.call('invite', { body: { email: `reader${person}@example.nhs.uk`, role: 'admin' } })
    const reader = createClient({ url, fetch: browserFetch(url) })
    const token = link.split('#')[1] ?? ''
    await reader.call('redeem', { body: { token, name: `Reader ${person}`, password: PASSWORD } })
    for (let i = 0; i < TOKENS_OF_PERSON; i++) {
      const { secret } = await reader.call('tokenAdd', { body: { name: `bench ${i}`, scope: 'read' } })
      tokens.push(...Array.from({ length: STREAMS_OF_TOKEN }, () => secret))
    }
  }
  return tokens.slice(0, streams)
}
