import { versionKey } from '@pumphandle/shared/versions'
import { type ComponentName, componentKey } from '../model/component.ts'
import type { Db, Reader } from './store.ts'
import type { Row } from './tables.ts'

export type Component = Row<'component'>

/** Rows of one statement. */
const ROWS = 500

/** The table `component` in memory: some thousand rows, of which each event would look up several. */
export class Catalogue {
  readonly #byKey = new Map<string, Component>()
  readonly #byId = new Map<number, Component>()

  async load(db: Reader): Promise<void> {
    this.#byKey.clear()
    this.#byId.clear()
    for (const row of await db.selectFrom('component').selectAll().execute()) this.#keep(row)
  }

  /** Reads those of these that are not known: another process made them. */
  async learn(db: Reader, ids: Iterable<number>): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => !this.#byId.has(id))
    for (let from = 0; from < unknown.length; from += ROWS)
      for (const row of await db
        .selectFrom('component')
        .selectAll()
        .where('id', 'in', unknown.slice(from, from + ROWS))
        .execute())
        this.#keep(row)
  }

  byId(id: number): Component | undefined {
    return this.#byId.get(id)
  }

  find(name: ComponentName): Component | undefined {
    return this.#byKey.get(componentKey(name))
  }

  /**
   * Makes sure that all of these have a row. After a transaction that failed, call {@link load}: rows that it made are
   * gone.
   * @param seen when each was first seen, for those that are new
   */
  async ensure(db: Db, names: Iterable<ComponentName & { readonly seen: number }>): Promise<void> {
    const missing = new Map<string, ComponentName & { readonly seen: number }>()
    for (const name of names) {
      const key = componentKey(name)
      const before = missing.get(key)
      if (!this.#byKey.has(key) && (before === undefined || name.seen < before.seen)) missing.set(key, name)
    }
    const all = [...missing.values()]
    for (let from = 0; from < all.length; from += ROWS) {
      const rows = all.slice(from, from + ROWS).map(({ kind, name, version, seen }) => ({
        kind,
        name,
        version,
        version_key: versionKey(version),
        first_seen: seen,
      }))
      // the update changes nothing; it makes a row of another collector come back too
      const stored = await db
        .insertInto('component')
        .values(rows)
        .onConflict((c) =>
          c.columns(['kind', 'name', 'version']).doUpdateSet((eb) => ({ name: eb.ref('excluded.name') })),
        )
        .returningAll()
        .execute()
      for (const row of stored) this.#keep(row)
    }
  }

  /** The row as it was just written. */
  replace(row: Component): void {
    this.#keep(row)
  }

  forget(ids: readonly number[]): void {
    for (const id of ids) {
      const row = this.#byId.get(id)
      if (row) this.#byKey.delete(componentKey(row))
      this.#byId.delete(id)
    }
  }

  #keep(row: Component): void {
    this.#byKey.set(componentKey(row), row)
    this.#byId.set(row.id, row)
  }
}
