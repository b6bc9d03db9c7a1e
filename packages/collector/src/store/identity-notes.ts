import type { Db, Reader } from './store.ts'
import type { Row } from './tables.ts'

/** What is known of the computer behind a machine's key. */
export type ComputerFacts = Pick<
  Row<'machine_identity'>,
  'hardware' | 'former_hardware' | 'copied_hardware' | 'run_number'
>

/** Notes that are kept of one machine: a copy that flips its name all day fills no disk. */
const MAX_NOTES = 50

export async function putComputerFacts(db: Db, machine: number, facts: ComputerFacts): Promise<void> {
  await db.updateTable('machine_identity').set(facts).where('machine_id', '=', machine).execute()
}

/** Adds a note, and drops the oldest beyond those that are kept. */
export async function addIdentityNote(
  db: Db,
  note: Pick<Row<'identity_note'>, 'machine_id' | 'at' | 'kind' | 'text'>,
): Promise<void> {
  await db.insertInto('identity_note').values(note).execute()
  const oldest = await db
    .selectFrom('identity_note')
    .select('id')
    .where('machine_id', '=', note.machine_id)
    .orderBy('id', 'desc')
    .offset(MAX_NOTES)
    .limit(1)
    .executeTakeFirst()
  if (oldest)
    await db
      .deleteFrom('identity_note')
      .where('machine_id', '=', note.machine_id)
      .where('id', '<=', oldest.id)
      .execute()
}

/** The latest first. */
export async function identityNotes(db: Reader, machine: number): Promise<Row<'identity_note'>[]> {
  return db
    .selectFrom('identity_note')
    .selectAll()
    .where('machine_id', '=', machine)
    .orderBy('id', 'desc')
    .limit(MAX_NOTES)
    .execute()
}
