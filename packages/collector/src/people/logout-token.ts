import { DAY, MINUTE } from '@pumphandle/shared/time'
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { Refusal } from '../model/refusal.ts'
import { providerFetch } from './provider-fetch.ts'

/** Names the event in a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4). */
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
/** What its header says that it is: no other token of the provider's passes for one (section 2.4; OWASP ASVS 5.0, 10.5.5). */
const TYPE = 'logout+jwt'
/** By the provider's published keys alone: no shared secret, and no `none`. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
/** From the provider's stamp to here: it is sent as it is made. */
const MOST_AGE_MS = 5 * MINUTE
/** How far the provider's clock may differ, seconds. */
const TOLERANCE_SECONDS = 60
/** Tokens that were used and are fresh: a whole region signed out at once. */
const MOST_USED = 100_000

/** Whose sessions the provider ended: of a person, of one sign-in, or of one sign-in of a person. */
export interface EndedAtProvider {
  readonly issuer: string
  readonly subject: string | undefined
  /** The provider's name of the sign-in, as its ID token had it. */
  readonly session: string | undefined
}

interface Provider {
  readonly issuer: string
  readonly jwks_uri?: string | undefined
}

/** What a provider says when somebody signed out there (section 2.6): signed, for us, fresh, and heard once. */
export class LogoutTokens {
  readonly #clientId: string
  #keys: { readonly from: string; readonly get: JWTVerifyGetKey } | undefined
  readonly #used = new Map<string, number>()

  constructor(clientId: string) {
    this.#clientId = clientId
  }

  /** @throws Refusal 400 for whatever is no such word of the provider's */
  async read(token: string, { issuer, jwks_uri: from }: Provider, now: number): Promise<EndedAtProvider> {
    if (from === undefined) throw refused('the provider publishes no keys')
    if (this.#keys?.from !== from)
      this.#keys = { from, get: createRemoteJWKSet(new URL(from), { [customFetch]: providerFetch }) }
    const { payload } = await jwtVerify(token, this.#keys.get, {
      typ: TYPE,
      issuer,
      audience: this.#clientId,
      algorithms: ALGORITHMS,
      requiredClaims: ['jti'],
      maxTokenAge: MOST_AGE_MS / 1000,
      clockTolerance: TOLERANCE_SECONDS,
      currentDate: new Date(now),
    }).catch((error: unknown) => {
      throw refused((error as { code?: string }).code ?? 'it cannot be verified')
    })
    const { events, jti, sub, sid } = payload
    const isLogout = typeof events === 'object' && events !== null && Object.hasOwn(events, EVENT)
    // with a nonce it would be an ID token, which anybody who signed in has
    if (!isLogout || 'nonce' in payload) throw refused('it is none')
    const subject = typeof sub === 'string' ? sub : undefined
    const session = typeof sid === 'string' ? sid : undefined
    if (subject === undefined && session === undefined) throw refused('it names nobody')
    this.#use(jti ?? '', now)
    return { issuer, subject, session }
  }

  #use(jti: string, now: number): void {
    for (const [old, until] of this.#used) {
      if (until > now && this.#used.size < MOST_USED) break
      this.#used.delete(old)
    }
    if (this.#used.has(jti)) throw refused('it was heard before')
    // a day: whatever its clock says, it is no longer fresh then
    this.#used.set(jti, now + DAY)
  }
}

function refused(why: string): Refusal {
  return new Refusal('malformed', 'No logout token', `This is no logout token of the provider's (${why}).`)
}
