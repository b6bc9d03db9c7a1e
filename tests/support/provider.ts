import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import Provider from 'oidc-provider'

/** Somebody whom the provider knows. */
export interface Member {
  readonly sub: string
  readonly email: string
  readonly name: string
  readonly groups: readonly string[]
  /** How they proved themselves. */
  readonly acr?: string
  readonly email_verified?: boolean
}

/** A real provider of OpenID Connect, on a socket, whose form asks for nothing: the next sign-in is whom the test says. */
export interface TestProvider {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  next: Member
  /** Changes what it answers, as somebody between it and the collector could; undefined leaves it alone. */
  twist: ((path: string, answer: Claims) => Claims | Promise<Claims>) | undefined
  /** What it told the collector of sign-outs, newest last. */
  readonly logoutTokens: readonly string[]
  /** What its key is called. */
  readonly kid: string
  /** A token that its own key signed. */
  sign(claims: Claims, header?: { readonly typ?: string | undefined }): Promise<string>
  close(): Promise<void>
}

type Claims = Record<string, unknown>

const KID = 'key of the test'

/** @param address of the collector, which people are sent back to */
export async function startProvider(address: string): Promise<TestProvider> {
  const members = new Map<string, Member>()
  let provider: Provider | undefined
  const server = createServer((req, res) => void provider?.callback()(req, res)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = { clientId: 'pumphandle', clientSecret: 'a-secret-of-the-client-that-is-long' }
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const made = new Provider(issuer, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [`${address}/api/v1/session/organisation/return`],
        post_logout_redirect_uris: [`${address}/`],
        // by way of here, so that a test sees what is said
        backchannel_logout_uri: `${issuer}/relay`,
        backchannel_logout_session_required: true,
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: KID, alg: 'RS256', use: 'sig' }] },
    acrValues: ['aal2', 'aal3'],
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: true },
      backchannelLogout: { enabled: true },
    },
    // its own keeps away from loopback
    fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined } as RequestInit),
    async findAccount(_ctx, sub) {
      const member = members.get(sub)
      return member && { accountId: sub, claims: async () => ({ ...member }) }
    },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    cookies: { keys: ['a key of the test'] },
  })
  provider = made
  const logoutTokens: string[] = []
  const answer: TestProvider = {
    issuer,
    ...client,
    logoutTokens,
    twist: undefined,
    kid: KID,
    async sign(claims, header = {}) {
      const parts = [{ alg: 'RS256', kid: KID, ...header }, claims]
      const text = parts.map((one) => Buffer.from(JSON.stringify(one)).toString('base64url')).join('.')
      return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`
    },
    next: { sub: 'nobody', email: 'nobody@example.org', name: 'Nobody', groups: [] },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  made.use(async (ctx, next) => {
    await next()
    const { body } = ctx as { body: unknown }
    if (answer.twist && typeof body === 'object' && body !== null && ctx.status === 200)
      ctx.body = await answer.twist(ctx.path, body as Claims)
  })
  made.use(async (ctx, next) => {
    if (ctx.path !== '/relay') return next()
    const body = await text(ctx.req)
    logoutTokens.push(new URLSearchParams(body).get('logout_token') ?? '')
    const headers = { 'content-type': ctx.get('content-type') }
    const told = await fetch(`${address}/api/v1/session/organisation/end`, { method: 'POST', headers, body })
    ctx.status = told.status
  })
  // the form: whoever comes is the next member, and agrees
  made.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next()
    const details = await made.interactionDetails(ctx.req, ctx.res)
    const member = answer.next
    members.set(member.sub, member)
    const grant = new made.Grant({ accountId: member.sub, clientId: client.clientId })
    grant.addOIDCScope('openid profile email')
    const login = { accountId: member.sub, ...(member.acr ? { acr: member.acr } : {}) }
    const grantId = details.grantId ?? (await grant.save())
    await made.interactionFinished(
      ctx.req,
      ctx.res,
      { login, consent: { grantId } },
      { mergeWithLastSubmission: false },
    )
  })
  return answer
}
