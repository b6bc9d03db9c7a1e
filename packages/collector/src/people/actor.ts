import type { Places, Role, SCOPES } from '@pumphandle/shared/api'

/** Who makes a request: a signed-in person, or a program with an API token. Places are null for the whole fleet. */
export type Actor =
  | {
      kind: 'user'
      id: number
      name: string
      email: string
      role: Role
      places: Places | null
      session: string
      /** When the session began: the person proved all that is asked of them then. */
      provenAt: number
      /** A second factor is demanded of them, and they have none: until they do, nothing else is open. */
      owesFactor: boolean
    }
  | {
      kind: 'token'
      id: number
      name: string
      role: Role
      places: Places | null
      /** Whose it is; null where it was made on the collector's own console. */
      maker: number | null
    }

export type Scope = (typeof SCOPES)[number]

/** What a token's scope allows, as the role that may do the same. */
export const ROLE_OF_SCOPE: Readonly<Record<Scope, Role>> = { read: 'viewer', write: 'technician', admin: 'admin' }

/** The person who answers for what the actor does; null for the console's own tokens. */
export function personOf(actor: Actor): number | null {
  return actor.kind === 'user' ? actor.id : actor.maker
}

/** Identifies the actor in keys and in the live hub: `user:3`, `token:7`. */
export function actorKey(actor: Actor): string {
  return `${actor.kind}:${actor.id}`
}

/** Whom the actor counts for: a person with all their tokens, or one of the console's own tokens. */
export function countedAs(actor: Actor): string {
  const person = personOf(actor)
  return person === null ? actorKey(actor) : `person:${person}`
}

/** How the actor is written in histories and the audit log. */
export function actorName(actor: Actor): string {
  return actor.kind === 'user' ? actor.name : `token ${actor.name}`
}

/** How the audit log names the actor: people choose their names, and two may choose the same. */
export function auditName(actor: Actor): string {
  return actor.kind === 'user' ? `${actor.name} <${actor.email}>` : `token ${actor.name} (${actor.id})`
}
