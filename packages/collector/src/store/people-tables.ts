import type { Generated } from 'kysely'
import type { Flag, Json, Ms } from './schema.ts'

/** A person. unique(email) */
interface UserTable {
  id: Generated<number>
  email: string
  name: string
  role: string
  /** Places as JSON; null: the whole fleet */
  places: Json | null
  /** argon2id; null until the one-time link was used */
  password_hash: string | null
  created_at: Ms
  last_seen: Ms | null
  disabled: Flag
  /** who they are to the organisation's provider; null for an account of this collector's own. unique together */
  issuer: string | null
  subject: string | null
}

/** What proves a person beside the password. index(user_id) */
interface SecondFactorTable {
  id: Generated<number>
  user_id: number
  /** totp, passkey or recovery */
  kind: string
  name: string
  /** of totp the shared secret, sealed; of a passkey JSON; of a recovery code its Argon2id */
  secret: string
  /** of totp the last step that was used, of a passkey its own count */
  counter: number
  created_at: Ms
  last_used_at: Ms | null
}

/** A signed-in browser. primary key(token_hash); index(user_id) */
interface SessionTable {
  token_hash: string
  user_id: number
  created_at: Ms
  expires_at: Ms
  last_seen: Ms
  /** how the person proved themselves: password, organisation; empty in sessions of before */
  means: string
  /** where it was begun from, and in which browser, as people are told */
  address: string
  browser: string
  /** what the organisation's provider calls the sign-in; empty where it said nothing */
  provider_session: string
}

/** A link that lets a person set a password, once. primary key(token_hash) */
interface OneTimeLinkTable {
  token_hash: string
  user_id: number | null
  role: string
  created_at: Ms
  expires_at: Ms
  used_at: Ms | null
}

/** unique(token_hash) */
interface ApiTokenTable {
  id: Generated<number>
  name: string
  token_hash: string
  scope: string
  created_at: Ms
  created_by: string
  expires_at: Ms
  last_used_at: Ms | null
  revoked: Flag
  /** whose it is; null where it was made on the collector's own console */
  user_id: number | null
}

/** What each person set of their own page. primary key(user_id, name) */
interface PreferenceTable {
  user_id: number
  name: string
  /** the page's own words, for the page alone */
  value: string
  updated_at: Ms
}

/** People, and how they prove who they are. */
export interface PeopleTables {
  user: UserTable
  second_factor: SecondFactorTable
  session: SessionTable
  one_time_link: OneTimeLinkTable
  api_token: ApiTokenTable
  preference: PreferenceTable
}
