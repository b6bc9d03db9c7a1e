import { identityNotes } from './identity-notes.ts'
import type { Cohort } from './schema.ts'
import type { Reader } from './store.ts'
import type { Row } from './tables.ts'

export interface MachineDetails {
  readonly detail: Row<'machine_detail'> | undefined
  readonly enrolledAt: number | undefined
  /** Name of the token. */
  readonly enrolledWith: string | null | undefined
  readonly hasKey: boolean
  readonly hasSecret: boolean
  readonly notes: Row<'identity_note'>[]
  readonly incidents: { id: number; title: string; cohort: Cohort }[]
}

/** What only a machine's own page shows. */
export async function machineDetails(db: Reader, machine: number): Promise<MachineDetails> {
  const [detail, identity, notes, incidents] = await Promise.all([
    db.selectFrom('machine_detail').selectAll().where('machine_id', '=', machine).executeTakeFirst(),
    db
      .selectFrom('machine_identity')
      .leftJoin('enrolment_token', 'enrolment_token.id', 'machine_identity.enrolment_token_id')
      .select(['enrolled_at', 'enrolment_token.name as token', 'public_key', 'secret_hash'])
      .where('machine_id', '=', machine)
      .executeTakeFirst(),
    identityNotes(db, machine),
    db
      .selectFrom('incident_machine')
      .innerJoin('incident', 'incident.id', 'incident_machine.incident_id')
      .select(['incident.id', 'incident.title', 'incident_machine.cohort'])
      .where('incident_machine.machine_id', '=', machine)
      .where('incident.status', '!=', 'merged')
      .orderBy('incident.id', 'desc')
      .limit(20)
      .execute(),
  ])
  return {
    detail,
    enrolledAt: identity?.enrolled_at,
    enrolledWith: identity?.token,
    hasKey: (identity?.public_key ?? null) !== null,
    hasSecret: (identity?.secret_hash ?? '') !== '',
    notes,
    incidents,
  }
}
