import type { Places, Role } from '@pumphandle/shared/api'
import { ROLES } from '@pumphandle/shared/words'
import type { Grant } from '../config/index.ts'
import { NOWHERE, storedPlaces } from '../model/places.ts'
import { Refusal } from '../model/refusal.ts'
import type { Store } from '../store/index.ts'
import { changeUser, insertUser, type User, userByEmail, userByIdentity } from '../store/users.ts'
import type { Identity } from './identity.ts'

/** What somebody's groups give: the highest role, with the places of all groups that give it. Undefined: nothing. */
function grantOf(
  grants: readonly Grant[],
  groups: readonly string[],
): { readonly role: Role; readonly places: Places | null } | undefined {
  const mine = grants.filter(({ group }) => groups.includes(group))
  const role = ROLES.findLast((one) => mine.some((grant) => grant.role === one))
  if (role === undefined) return undefined
  const given = mine.flatMap((grant) => (grant.role === role ? [grant.places] : []))
  const places: Places = { regions: [], networks: [], practices: [], tags: [] }
  for (const one of given) {
    if (one === null) return { role, places: null }
    places.regions.push(...one.regions)
    places.networks.push(...one.networks)
    places.tags.push(...one.tags)
    places.practices.push(...one.practices)
  }
  return { role, places }
}

/**
 * The account of somebody who proved themselves to the organisation's provider, made at their first sign-in. Role and places
 * are what their groups give at each one; who is in none any more keeps nothing of them.
 * @throws Refusal where no group gives anything, the account is disabled, or its address is of an account with a password
 */
export async function accountOf(
  store: Store,
  now: number,
  identity: Identity,
  grants: readonly Grant[],
): Promise<{ readonly user: User; readonly isOther: boolean }> {
  const { issuer, subject, email, name, isAddressGood } = identity
  const own = await userByIdentity(store.db, issuer, subject)
  const grant = grantOf(grants, identity.groups)
  if (!grant) {
    // nor do other sessions and tokens go on with what the groups gave before
    if (own) await changeUser(store.db, own.id, { role: 'viewer', places: storedPlaces(NOWHERE) })
    throw new Refusal(
      'not-allowed',
      'No group',
      'Your account is in no group that may use this collector. Ask an admin.',
    )
  }
  const known = own ?? (isAddressGood ? await invited(store, email) : undefined)
  if (known?.disabled === 1)
    throw new Refusal('not-allowed', 'Disabled', 'Your account is disabled here. Ask an admin.')
  const change = { name, role: grant.role, places: storedPlaces(grant.places), issuer, subject }
  if (known) {
    const user = await changeUser(store.db, known.id, change)
    if (user) return { user, isOther: known.role !== user.role || known.places !== user.places }
  }
  const wanted = { email, name, role: grant.role, places: grant.places, createdAt: now, passwordHash: null }
  const made = await insertUser(store.db, wanted)
  const user = made && (await changeUser(store.db, made.id, change))
  if (user) return { user, isOther: false }
  const isPasswords = (await userByEmail(store.db, email))?.password_hash != null
  throw new Refusal(
    'conflict',
    'Address is taken',
    isPasswords
      ? `There is an account ${email} with a password of its own. Sign in with that, or ask an admin.`
      : `The address ${email} is somebody else's here. Ask an admin.`,
  )
}

/** Somebody who was invited, and never had a password, comes by the organisation's account instead. */
async function invited(store: Store, email: string): Promise<User | undefined> {
  const user = await userByEmail(store.db, email)
  return user && user.password_hash === null && user.subject === null ? user : undefined
}
