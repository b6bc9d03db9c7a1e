import { type Account, type Conversation, type SignOn, SignOnError, type SignOnScheme } from '../windows/sign-on.ts'
import type { ProxyAnswer } from './proxy-line.ts'

/** Asks the proxy again, with this `Proxy-Authorization`. @param isNext on the connection of the question before, or not at all */
export type AskProxy = (authorization: string, isNext: boolean) => Promise<ProxyAnswer>

/** What became of signing on. */
export interface SignedOn {
  /** The proxy's last word. */
  answer: ProxyAnswer
  /** Why Windows did not go on; absent where it was the proxy that did not. */
  why?: string
}

/** The better one first: Kerberos is spoken in Negotiate alone. */
const WINDOWS_SCHEMES: readonly SignOnScheme[] = ['Negotiate', 'NTLM']
/** NTLM takes two words, Negotiate three at most. */
const MAX_WORDS = 4

/** Those of a proxy's schemes that Windows speaks. */
export function windowsSchemes(offers: readonly string[]): SignOnScheme[] {
  const offered = new Set(offers.map((offer) => offer.toLowerCase()))
  return WINDOWS_SCHEMES.filter((scheme) => offered.has(scheme.toLowerCase()))
}

/**
 * Signs on by Windows: as the account, else as whoever runs this (RFC 4559 section 4). Where a scheme does not come about
 * the next one has its turn; an account that the proxy looked at and refused is not shown again, which might lock it.
 *
 * @param host the proxy's, without port
 * @param refused what the proxy said before
 */
export async function signOnBy(
  {
    signOn,
    schemes,
    host,
    account,
  }: { signOn: SignOn; schemes: SignOnScheme[]; host: string; account?: Account | undefined },
  refused: ProxyAnswer,
  ask: AskProxy,
): Promise<SignedOn> {
  let last: SignedOn = { answer: refused }
  for (const scheme of schemes) {
    let conversation: Conversation | undefined
    try {
      conversation = signOn.begin(scheme, host, account)
      const { answer, wasLookedAt } = await converse(conversation, scheme, ask)
      if (answer.status !== '407' || wasLookedAt) return { answer }
      last = { answer }
    } catch (error) {
      if (!(error instanceof SignOnError)) throw error
      last = { answer: refused, why: error.message }
    } finally {
      conversation?.close()
    }
  }
  return last
}

async function converse(
  conversation: Conversation,
  scheme: SignOnScheme,
  ask: AskProxy,
): Promise<{ answer: ProxyAnswer; wasLookedAt: boolean }> {
  let challenge: Buffer | undefined
  for (let words = 1; ; words++) {
    const word = await conversation.next(challenge)
    const answer = await ask(`${scheme} ${word.toString('base64')}`, words > 1)
    challenge = challengeOf(answer.head, scheme)
    if (answer.status !== '407' || challenge === undefined || words === MAX_WORDS)
      return { answer, wasLookedAt: words > 1 }
  }
}

/** What the proxy has to say beside a scheme's name. */
function challengeOf(head: string, scheme: SignOnScheme): Buffer | undefined {
  const token = new RegExp(`^proxy-authenticate:[ \\t]*${scheme}[ \\t]+([\\w+/]+=*)[ \\t]*$`, 'im').exec(head)?.[1]
  return token === undefined ? undefined : Buffer.from(token, 'base64')
}
