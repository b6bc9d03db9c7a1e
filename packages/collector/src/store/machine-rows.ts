import { inParts } from './in-parts.ts'
import type { ComponentKind } from './schema.ts'
import type { Reader } from './store.ts'
import type { Row } from './tables.ts'

/** A component that a machine has. */
export interface HasComponent {
  readonly machine_id: number
  readonly component_id: number
  readonly kind: ComponentKind
  readonly name: string
  readonly version: string
  readonly since: number
  readonly known_since_before: number
}

export async function machinesByIds(db: Reader, ids: readonly number[]): Promise<Row<'machine'>[]> {
  return inParts(ids, (part) => db.selectFrom('machine').selectAll().where('id', 'in', part).execute())
}

/** What machines have now, of some kinds or of all, ordered by kind and name. */
export async function componentsOf(
  db: Reader,
  ids: readonly number[],
  kinds?: readonly ComponentKind[],
): Promise<HasComponent[]> {
  return inParts(ids, (part) => {
    const query = db
      .selectFrom('machine_component')
      .innerJoin('component', 'component.id', 'machine_component.component_id')
      .select([
        'machine_component.machine_id',
        'component_id',
        'kind',
        'name',
        'version',
        'since',
        'known_since_before',
      ])
      .where('machine_component.machine_id', 'in', part)
      .orderBy('kind')
      .orderBy('name')
    return (kinds ? query.where('kind', 'in', kinds) : query).execute()
  })
}

/** In which cohort of an incident machines are. */
export async function cohortsOf(
  db: Reader,
  incident: number,
  ids: readonly number[],
): Promise<Pick<Row<'incident_machine'>, 'machine_id' | 'cohort'>[]> {
  return inParts(ids, (part) =>
    db
      .selectFrom('incident_machine')
      .select(['machine_id', 'cohort'])
      .where('incident_id', '=', incident)
      .where('machine_id', 'in', part)
      .execute(),
  )
}
