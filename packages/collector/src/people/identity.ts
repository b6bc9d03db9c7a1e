import { seen } from '@pumphandle/shared/words'
import { Refusal } from '../model/refusal.ts'

/** Characters of an address or a name. */
const MOST = 200
/** What a provider calls a person (OpenID Connect Core 1.0, section 2). */
const SUBJECT = /^.{1,255}$/s
/** Characters of what a provider calls a sign-in. */
export const MOST_SID = 200
/** As addresses and account names are written: what stands around one in a line of the audit log is not in it. */
const ADDRESS = /^[^\s<>"]+$/

/** What a provider says of somebody, by its names. */
export type Claims = Readonly<Record<string, unknown>>

/** Who the provider says that somebody is. */
export interface Identity {
  readonly issuer: string
  readonly subject: string
  readonly email: string
  /** Whether the provider does not say that nobody proved to have that address. */
  readonly isAddressGood: boolean
  readonly name: string
  readonly groups: readonly string[]
  /** What the provider calls this sign-in, by which it says that it has ended. */
  readonly session: string | undefined
}

interface Token extends Claims {
  readonly iss: string
  readonly sub: string
}

/** Whether the ID token says all that is asked of it, so that the provider need not be asked for more. */
export function isWhole(token: Claims, groupsClaim: string): boolean {
  return [groupsClaim, 'email', 'name'].every((claim) => token[claim] !== undefined)
}

/**
 * @param told by the provider's userinfo; undefined where it was asked and did not answer
 * @throws Refusal where it is not known who somebody is, or what their groups are
 */
export function identityOf(token: Token, told: Claims | undefined, groupsClaim: string): Identity {
  const { iss: issuer, sub: subject } = token
  if (!SUBJECT.test(subject))
    throw new Refusal('not-signed-in', 'Not signed in', 'The provider did not say who you are.')
  const all: Claims = { ...told, ...token }
  // no group at all is another thing: it takes away what somebody had
  if (all[groupsClaim] === undefined) checkGroupsAreTold(all, told, groupsClaim)
  const given = addressOf(all['email']) ?? addressOf(all['preferred_username'])
  // an account keeps its address for ever
  if (given === undefined && !told) throw notTold()
  const email = given ?? `${seen(subject)}@${new URL(issuer).host}`.slice(0, MOST)
  return {
    issuer,
    subject,
    email,
    isAddressGood: given !== undefined && all['email_verified'] !== false,
    name: nameOf(all['name']) ?? email,
    groups: groupsOf(all[groupsClaim]),
    session: textOf(token['sid'])?.slice(0, MOST_SID),
  }
}

function checkGroupsAreTold(all: Claims, told: Claims | undefined, groupsClaim: string): void {
  const elsewhere = all['_claim_names']
  const isElsewhere = typeof elsewhere === 'object' && elsewhere !== null && Object.hasOwn(elsewhere, groupsClaim)
  if (isElsewhere)
    throw new Refusal(
      'not-allowed',
      'Too many groups',
      'You are in more groups than your provider tells of. Ask an admin to give you a role of the application there.',
    )
  if (!told) throw notTold()
}

const notTold = () =>
  new Refusal('unavailable', 'Provider did not answer', 'The provider did not say what your groups are. Try again.', {
    retryAfterSeconds: 30,
  })

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function addressOf(value: unknown): string | undefined {
  const text = textOf(value)
  return text !== undefined && text.length <= MOST && ADDRESS.test(text) && seen(text) === text ? text : undefined
}

function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' ? textOf(seen(value).trim().slice(0, MOST)) : undefined
}

/** A list, or one text with spaces between, as some providers write roles. */
function groupsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.split(' ').filter((group) => group !== '')
  return Array.isArray(value) ? value.filter((group) => typeof group === 'string') : []
}
