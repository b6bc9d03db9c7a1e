import * as z from 'zod'
import { PASSWORD_LEAST, PASSWORD_MOST } from '../words/password.ts'
import { ROLES } from '../words/roles.ts'
import { Time } from './common.ts'

export { ROLES }
/** `viewer` reads; `technician` also marks machines, notes and acknowledges; `admin` also keeps settings and people. */
export const Role = z.enum(ROLES).meta({ id: 'Role' })
export type Role = z.infer<typeof Role>

/** Places that one person may have. */
const MOST_PLACES = 200
const Codes = z.array(z.string().min(1).max(40)).max(MOST_PLACES).default([])
/** Regions, networks and practices by their codes, and practices by their tags: what somebody has is the practices in any of them. */
export const Places = z
  .object({ regions: Codes, networks: Codes, practices: Codes, tags: Codes })
  .meta({ id: 'Places' })
export type Places = z.output<typeof Places>

/** Twelve spaces are no password, nor are twelve of two letters. */
const DIFFERENT_CHARACTERS = 5
export const Password = z
  .string()
  .min(PASSWORD_LEAST, `A password has at least ${PASSWORD_LEAST} characters`)
  .max(PASSWORD_MOST)
  .refine((text) => new Set(text.replaceAll(/\s/g, '')).size >= DIFFERENT_CHARACTERS, {
    message: `A password has at least ${DIFFERENT_CHARACTERS} different characters`,
  })
/** Who has a second factor is answered with what is needed, and sends the same again with a code or a passkey's word. */
export const SignInBody = z.object({
  email: z.string().max(200),
  password: z.string().max(200),
  /** Of an authenticator app, or one of the recovery codes. */
  code: z.string().max(40).optional(),
  /** As the browser gave it: AuthenticationResponseJSON of Web Authentication. */
  passkey: z.unknown().optional(),
})
/** A signed word of the provider's; some hundred characters, and more where its key is long. */
export const LogoutBody = z.object({ logout_token: z.string().min(1).max(10_000) })
/** The one-time link's token becomes an account with a password. */
export const RedeemBody = z.object({
  token: z.string().max(200),
  name: z.string().min(1).max(200),
  password: Password,
  /** For the first admin, who was invited by nobody: what to sign in as. `admin` where it is left out. */
  email: z.string().min(3).max(200).optional(),
})
export const PasswordBody = z.object({ current: z.string().max(200), password: Password })
export const Me = z
  .object({
    id: z.int(),
    name: z.string(),
    email: z.string(),
    role: Role,
    /** Null: the whole fleet. */
    places: Places.nullable(),
    demo: z.boolean(),
    /** A second factor is demanded, and not there yet: nothing else is open until it is. */
    owesFactor: z.boolean(),
  })
  .meta({ id: 'Me' })
export type Me = z.infer<typeof Me>
/** What a person has to give beside the password. */
export const SecondStep = z
  .object({
    /** An authenticator app's code is taken; a recovery code always is. */
    app: z.boolean(),
    /** PublicKeyCredentialRequestOptionsJSON; null where no passkey is of use here. */
    passkey: z.unknown().nullable(),
  })
  .meta({ id: 'SecondStep' })
export type SecondStep = z.infer<typeof SecondStep>
export const SignedIn = z.object({ me: Me.nullable(), step: SecondStep.nullable() }).meta({ id: 'SignedIn' })
export type SignedIn = z.infer<typeof SignedIn>
/** How people may sign in here. */
export const SignInWays = z
  .object({
    /** The organisation's provider, as its button says; null without one. */
    organisation: z.string().nullable(),
    /** Why a sign-in there was refused, where the address that was asked with is one that this collector made; else null. */
    refused: z.string().nullable(),
  })
  .meta({ id: 'SignInWays' })
/** What stands behind `refused=` in the address that a refused sign-in ends at. */
export const SignInWaysQuery = z.object({ refused: z.string().max(1000).optional() })
/** `next`: where the browser has to go for the organisation's session to end too. */
export const SignedOut = z.object({ ok: z.literal(true), next: z.string().nullable() })
export const FactorRow = z
  .object({
    id: z.int(),
    kind: z.enum(['totp', 'passkey']),
    name: z.string(),
    createdAt: Time,
    lastUsedAt: Time.nullable(),
  })
  .meta({ id: 'SecondFactor' })
export type FactorRow = z.infer<typeof FactorRow>
/** One's own account. */
export const Account = z
  .object({
    /** It signs in with a password of its own; else with the organisation's account. */
    hasPassword: z.boolean(),
    factors: z.array(FactorRow),
    /** Codes on paper that are left. */
    recoveryCodes: z.int(),
    /** Whether browsers make passkeys for this address. */
    passkeys: z.boolean(),
  })
  .meta({ id: 'Account' })
export type Account = z.infer<typeof Account>
const Proof = z.object({ password: z.string().max(200) })
export const ProofBody = Proof
export const NewTotp = z.object({ secret: z.string(), uri: z.string() })
export const TotpBody = Proof.extend({ code: z.string().max(40) })
export const PasskeyBody = Proof.extend({ name: z.string().trim().min(1).max(60), response: z.unknown() })
/** With the first factor come the codes for paper, the only time that they are shown. */
export const NewFactor = z.object({ recoveryCodes: z.array(z.string()) })
export const SessionRow = z
  .object({
    id: z.string(),
    /** This very one. */
    isThis: z.boolean(),
    startedAt: Time,
    lastSeen: Time,
    expiresAt: Time,
    /** Where it was begun from, and in which browser, as far as that one says. */
    address: z.string(),
    browser: z.string(),
  })
  .meta({ id: 'Session' })
export type SessionRow = z.infer<typeof SessionRow>
export const Sessions = z.object({ items: z.array(SessionRow) }).meta({ id: 'Sessions' })
/** The password, of an account that has one. */
export const SessionEndBody = Proof.partial()
/** By name, in the page's own words. */
export const Preferences = z.object({ items: z.record(z.string(), z.string()) }).meta({ id: 'Preferences' })
export type Preferences = z.infer<typeof Preferences>
export const PreferenceBody = z.object({ value: z.string().max(4000) })
export const UserRow = z
  .object({
    id: z.int(),
    name: z.string(),
    email: z.string(),
    role: Role,
    places: Places.nullable(),
    createdAt: Time,
    lastSeen: Time.nullable(),
    invited: z.boolean(),
    /** Signs in with the organisation's account, whose groups say role and places. */
    organisation: z.boolean(),
    /** Second factors, without codes on paper. */
    factors: z.int(),
    disabled: z.boolean(),
  })
  .meta({ id: 'UserRow' })
export type UserRow = z.infer<typeof UserRow>
export const Users = z.object({ items: z.array(UserRow) }).meta({ id: 'Users' })
export const InviteBody = z.object({ email: z.email().max(200), role: Role, places: Places.nullable().default(null) })
export const Invitation = z.object({ link: z.string(), expiresAt: Time }).meta({ id: 'Invitation' })
export const UserBody = z.object({
  role: Role.optional(),
  /** Null: the whole fleet. */
  places: Places.nullable().optional(),
  disabled: z.boolean().optional(),
})

export const SCOPES = ['read', 'write', 'admin'] as const
export const TokenRow = z
  .object({
    id: z.int(),
    name: z.string(),
    scope: z.enum(SCOPES),
    createdAt: Time,
    createdBy: z.string(),
    expiresAt: Time,
    lastUsedAt: Time.nullable(),
  })
  .meta({ id: 'TokenRow' })
export type TokenRow = z.infer<typeof TokenRow>
export const Tokens = z.object({ items: z.array(TokenRow) }).meta({ id: 'Tokens' })
export const TokenBody = z.object({
  name: z.string().min(1).max(200),
  scope: z.enum(SCOPES),
  days: z.int().min(1).max(366).default(90),
})
/** The only time that the secret is shown. */
export const NewToken = TokenRow.extend({ secret: z.string() }).meta({ id: 'NewToken' })

export const EnrolmentTokenRow = z
  .object({
    id: z.int(),
    name: z.string(),
    site: z.string().nullable(),
    createdAt: Time,
    expiresAt: Time,
    maxUses: z.int().nullable(),
    uses: z.int(),
    revoked: z.boolean(),
    /** Technicians' reports of disks come by it, and no machine does. */
    forReports: z.boolean(),
  })
  .meta({ id: 'EnrolmentTokenRow' })
export type EnrolmentTokenRow = z.infer<typeof EnrolmentTokenRow>
export const EnrolmentTokens = z.object({ items: z.array(EnrolmentTokenRow) }).meta({ id: 'EnrolmentTokens' })
export const EnrolmentTokenBody = z.object({
  name: z.string().min(1).max(200),
  /** The practice that machines are put into, or several with commas between, of which the machine says its own. */
  site: z.string().max(2000).nullable().default(null),
  /** Without a site: machines may come into any practice. To be said, since such a token is worth more to a thief. */
  anySite: z.boolean().default(false),
  days: z.int().min(1).max(366).default(14),
  /** Null: any number. */
  maxUses: z.int().min(1).max(1_000_000).nullable().default(100),
  /** For technicians' reports of disks (`scan --send --as-itself`), which may speak for a machine that is away. */
  forReports: z.boolean().default(false),
})
export const NewEnrolmentToken = EnrolmentTokenRow.extend({ secret: z.string() }).meta({ id: 'NewEnrolmentToken' })

export const AuditRow = z
  .object({
    id: z.int(),
    at: Time,
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    detail: z.string(),
    /** SHA-256 over the hash of the line before, a line end, and [id, at, actor, action, subject, detail] as JSON. */
    hash: z.string(),
  })
  .meta({ id: 'AuditRow' })
export type AuditRow = z.infer<typeof AuditRow>
/** The id of the last line that the caller has. */
export const AuditExportQuery = z.object({ after: z.coerce.number().int().min(0).default(0) })
