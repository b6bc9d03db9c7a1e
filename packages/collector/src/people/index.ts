export { type Actor, actorKey, actorName, auditName, countedAs, personOf, type Scope } from './actor.ts'
export { accountOf } from './grants.ts'
export { firstAdminLink, invite, type Link, redeem } from './links.ts'
export type { EndedAtProvider } from './logout-token.ts'
export { Oidc } from './oidc.ts'
export { isFit, Passkeys } from './passkeys.ts'
export { Passwords } from './passwords.ts'
export { RecentActors } from './recent-actors.ts'
export { RecoveryCodes } from './recovery-codes.ts'
export { Seals } from './seals.ts'
export { SecondFactors } from './second-factors.ts'
export {
  actorOfSession,
  type Beginning,
  endSession,
  roleOf,
  SESSION_MAX_MS,
  startSession,
  useSession,
} from './sessions.ts'
export { signIn } from './sign-in.ts'
export { actorOfToken, isTokenGood, newApiToken, placesOfToken, tokenRow } from './tokens.ts'
