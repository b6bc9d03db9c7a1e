import type { Clock } from '@pumphandle/shared/clock'
import { HOUR, MINUTE } from '@pumphandle/shared/time'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import type { OidcConfig } from '../config/index.ts'
import { Refusal } from '../model/refusal.ts'
import { hashSecret, newSecret, secretMatches } from '../model/secret.ts'
import { type Claims, type Identity, identityOf, isWhole, MOST_SID } from './identity.ts'
import { type EndedAtProvider, LogoutTokens } from './logout-token.ts'
import { providerFetch } from './provider-fetch.ts'

/** Somebody finds their key, types a code that comes by post. */
const BEGUN_MS = 10 * MINUTE
/** Sign-ins that have begun and not ended: a stranger may begin as many as they like. */
const MOST_BEGUN = 10_000
/** How long what the provider says of itself is used before it is asked anew: it changes its keys. */
const DISCOVERED_MS = HOUR
/** Seconds that a provider may take to answer: a person waits. */
const WITHIN_SECONDS = 10
/** Characters of what a provider calls a sign-in, where it is taken from a browser: shorter ones may be guessed. */
const LEAST_SID = 16
/** What OAuth 2.0 and openid-client call an error: other texts are whoever's who wrote the address. */
const ERROR_CODE = /^[A-Za-z_]{1,60}$/
/** Where the provider sends people back to, below the collector's address. */
const RETURN_PATH = '/api/v1/session/organisation/return'

interface Begun {
  readonly verifier: string
  readonly nonce: string
  /** Hash of what the cookie of the browser that began it says. */
  readonly binding: string
  readonly at: number
}

interface Deps {
  readonly config: OidcConfig
  /** The collector's address as people open it. */
  readonly address: string
  readonly clock: Pick<Clock, 'now'>
}

/** Sign-in with the organisation's accounts: OpenID Connect, authorization code with PKCE, state and nonce. */
export class Oidc {
  readonly #deps: Deps
  readonly #begun = new Map<string, Begun>()
  readonly #logouts: LogoutTokens
  #discovered: { readonly at: number; readonly provider: Promise<Configuration> } | undefined

  constructor(deps: Deps) {
    this.#deps = deps
    this.#logouts = new LogoutTokens(deps.config.clientId)
  }

  get name(): string {
    return this.#deps.config.name
  }

  /** @returns where to send the browser, and what its cookie has to say when it comes back */
  async begin(): Promise<{ url: string; binding: string }> {
    const { config, address, clock } = this.#deps
    const provider = await this.#provider()
    const [state, nonce, verifier, binding] = [randomState(), randomNonce(), randomPKCECodeVerifier(), newSecret()]
    this.#begun.set(state, { verifier, nonce, binding: hashSecret(binding), at: clock.now() })
    if (this.#begun.size > MOST_BEGUN) this.#begun.delete(this.#begun.keys().next().value ?? '')
    const url = buildAuthorizationUrl(provider, {
      redirect_uri: address + RETURN_PATH,
      scope: config.scope,
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(config.acr === '' ? {} : { acr_values: config.acr }),
    })
    return { url: url.href, binding }
  }

  /**
   * Who came back.
   * @param query of the address, as the browser asked for it
   * @param binding of its cookie
   * @throws Refusal 401 where nobody is proved
   */
  async finish(query: string, binding: string | undefined): Promise<Identity> {
    const { config, address, clock } = this.#deps
    const state = new URLSearchParams(query).get('state') ?? ''
    const begun = this.#begun.get(state)
    // one that was used is used up, whatever comes of it
    this.#begun.delete(state)
    if (!begun || !secretMatches(binding ?? '', begun.binding) || clock.now() - begun.at > BEGUN_MS)
      throw refused('This sign-in was not begun in this browser, or took too long. Begin again.')
    const provider = await this.#provider()
    const url = new URL(`${address}${RETURN_PATH}?${query}`)
    const tokens = await authorizationCodeGrant(provider, url, {
      pkceCodeVerifier: begun.verifier,
      expectedState: state,
      expectedNonce: begun.nonce,
      idTokenExpected: true,
    }).catch((error: unknown) => {
      throw refused(`The provider did not confirm it (${codeOf(error)}). Begin again.`)
    })
    const claims = tokens.claims()
    if (!claims) throw refused('The provider did not say who you are.')
    if (config.acr !== '' && claims['acr'] !== config.acr)
      throw refused(`You signed in with a weaker means than ${config.acr}. Use your second factor, or your smartcard.`)
    if (claims['azp'] !== undefined && claims['azp'] !== config.clientId)
      throw refused('The provider said who you are to another program. Begin again.')
    return identityOf(claims, await this.#told(provider, tokens.access_token, claims), config.groupsClaim)
  }

  /** What the token does not say is told on request. @returns undefined where the provider was asked and did not answer */
  async #told(
    provider: Configuration,
    accessToken: string,
    claims: { sub: string } & Claims,
  ): Promise<Claims | undefined> {
    const canBeAsked = provider.serverMetadata().userinfo_endpoint !== undefined
    if (!canBeAsked || isWhole(claims, this.#deps.config.groupsClaim)) return {}
    return fetchUserInfo(provider, accessToken, claims.sub).catch(() => undefined)
  }

  /** Whose sign-out the provider tells of. @throws Refusal 400 where it is not the provider's word */
  async ended(logoutToken: string): Promise<EndedAtProvider> {
    const provider = await this.#provider()
    return this.#logouts.read(logoutToken, provider.serverMetadata(), this.#deps.clock.now())
  }

  /**
   * Whose sign-in ended, as the provider's page makes a browser say (OpenID Connect Front-Channel Logout 1.0). It is not signed:
   * who knows what the provider calls a sign-in may end the session that it began, and nothing else.
   * @throws Refusal 400 for another provider, or for what nobody could not guess
   */
  async left(query: string): Promise<EndedAtProvider> {
    const said = new URLSearchParams(query)
    const [issuer, session] = [said.get('iss'), said.get('sid') ?? '']
    const provider = await this.#provider()
    const isNamed = session.length >= LEAST_SID && session.length <= MOST_SID
    if (issuer !== provider.serverMetadata().issuer || !isNamed)
      throw new Refusal('malformed', 'No sign-out', 'This names no sign-in of the provider (iss and sid).')
    return { issuer, subject: undefined, session }
  }

  /** Where to send the browser, so that the provider's session ends too; undefined where the provider has no such place. */
  async signOutUrl(): Promise<string | undefined> {
    const { address } = this.#deps
    try {
      const provider = await this.#provider()
      if (!provider.serverMetadata().end_session_endpoint) return undefined
      return buildEndSessionUrl(provider, { post_logout_redirect_uri: `${address}/` }).href
    } catch {
      // the collector's own session has ended, whether or not the provider can be reached
      return undefined
    }
  }

  async #provider(): Promise<Configuration> {
    const { config, clock } = this.#deps
    const now = clock.now()
    if (!this.#discovered || now - this.#discovered.at > DISCOVERED_MS) {
      const { issuer, clientId, clientSecret } = config
      const provider = discovery(issuer, clientId, clientSecret, undefined, {
        timeout: WITHIN_SECONDS,
        [customFetch]: providerFetch,
        // the library leaves the ID token's signature to TLS unless it is told; only loopback may be without TLS, which the
        // configuration has seen to
        execute: [enableNonRepudiationChecks, ...(issuer.protocol === 'http:' ? [allowInsecureRequests] : [])],
      })
      this.#discovered = { at: now, provider }
      provider.catch(() => (this.#discovered = undefined))
    }
    return this.#discovered.provider.catch((error: unknown) => {
      throw new Refusal(
        'unavailable',
        'Provider not reached',
        `${config.name} cannot be reached now (${codeOf(error)}). Try again, or sign in with a password if you have one.`,
        { retryAfterSeconds: 30 },
      )
    })
  }
}

function refused(why: string): Refusal {
  return new Refusal('not-signed-in', 'Not signed in', why)
}

function codeOf(error: unknown): string {
  const { code, error: told, message } = error as { code?: string; error?: string; message?: string }
  return [told, code, message].find((one) => one !== undefined && ERROR_CODE.test(one)) ?? 'unknown'
}
