import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import fc from 'fast-check'
import { CompiledQuery, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore, type Store, type Tx } from '../../src/store/index.ts'
import { writeSnapshot } from '../../src/store/snapshots.ts'
import { executeMany } from '../../src/store/writer/many.ts'
import { pack, unpack } from '../../src/store/writer/packed.ts'

/** Rows that SQLite counts for about a second. */
const MANY = 3_000_000

describe('values of a statement', () => {
  test('are the same after their way into the thread', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.constant(null))), (values) => {
        expect(unpack(structuredClone(pack(values) as NonNullable<ReturnType<typeof pack>>))).toEqual(values)
      }),
    )
  })

  test('go one by one where one is something else', () => {
    expect(pack(['a', 1n])).toBeUndefined()
  })
})

describe('a writer in a thread of its own', () => {
  let folder: string
  let store: Store
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pumphandle-writer-'))
    store = await openStore({ kind: 'sqlite', file: join(folder, 'pumphandle.db') }, { ownThread: true })
  })
  afterEach(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('keeps nobody from reading while it works', async () => {
    const ended: string[] = []
    const slow =
      sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${MANY}) select max(i) from n`
        .execute(store.db)
        .then(() => ended.push('slow write'))
    await sql`select 1`.execute(store.reader)
    // a whole turn of the event loop, in which sockets would be read
    await new Promise((resolve) => setImmediate(resolve))
    ended.push('turn')
    await slow
    expect(ended).toEqual(['turn', 'slow write'])
  })

  test('commits what reads find, and takes back what failed', async () => {
    const failed = store.transaction(async (tx) => {
      await writeSnapshot(tx, 'lost', { at: 1, seq: 0, body: '{}' })
      await tx
        .insertInto('snapshot')
        .columns(['name'])
        .expression((eb) => eb.selectFrom('snapshot').select('name'))
        .execute()
    })
    await expect(failed).rejects.toMatchObject({ code: expect.stringContaining('SQLITE_CONSTRAINT') })
    await store.transaction((tx) => writeSnapshot(tx, 'kept', { at: 1, seq: 0, body: 'é'.repeat(9) }))
    const rows = await store.reader.selectFrom('snapshot').select(['name', 'body']).execute()
    expect(rows).toEqual([{ name: 'kept', body: 'é'.repeat(9) }])
  })

  test('takes nothing alone that was to be part of a transaction which failed', async () => {
    const write = (tx: Tx, name: string) => writeSnapshot(tx, name, { at: 1, seq: 0, body: '{}' })
    const failed = store.transaction(async (tx) => {
      await write(tx, 'before')
      // as a disk that is full does by itself
      await sql`rollback`.execute(tx)
      await write(tx, 'after')
    })
    await expect(failed).rejects.toThrow('The transaction is over.')
    await store.transaction((tx) => write(tx, 'later'))
    const rows = await store.reader.selectFrom('snapshot').select('name').execute()
    expect(rows).toEqual([{ name: 'later' }])
  })

  test('a transaction that says nothing is none', async () => {
    expect(await store.transaction(async () => 'done')).toBe('done')
    await expect(store.transaction(() => Promise.reject(new Error('by itself')))).rejects.toThrow('by itself')
    await store.transaction((tx) => writeSnapshot(tx, 'kept', { at: 1, seq: 0, body: '{}' }))
  })

  test('several statements go at once, and answer each', async () => {
    const ask = (n: number) => CompiledQuery.raw('select ? as n', [n])
    const insert = CompiledQuery.raw('insert into snapshot (name, at, seq, body) values (?, ?, ?, ?)', [
      'a',
      1,
      0,
      '{}',
    ])
    const results = await store.transaction((tx) => executeMany<{ n: number }>(tx, [ask(1), insert, ask(2)]))
    expect(results.map(({ rows, numAffectedRows }) => rows[0]?.n ?? numAffectedRows)).toEqual([1, 1n, 2])
  })

  test('a transaction that goes at once is stored whole, or not at all', async () => {
    const insert = (name: string) =>
      CompiledQuery.raw('insert into snapshot (name, at, seq, body) values (?, ?, ?, ?)', [name, 1, 0, '{}'])
    await expect(store.atOnce([insert('a'), insert('b'), insert('a')])).rejects.toMatchObject({
      code: expect.stringContaining('SQLITE_CONSTRAINT'),
    })
    await store.atOnce([insert('c'), insert('d')])
    await store.transaction((tx) => writeSnapshot(tx, 'e', { at: 1, seq: 0, body: '{}' }))
    const rows = await store.reader.selectFrom('snapshot').select('name').orderBy('name').execute()
    expect(rows.map(({ name }) => name)).toEqual(['c', 'd', 'e'])
  })

  test('waits for another process that writes', async () => {
    const other = new SQLite(join(folder, 'pumphandle.db'))
    other.exec('begin immediate')
    const written = store.transaction((tx) => writeSnapshot(tx, 'kept', { at: 1, seq: 0, body: '{}' }))
    // a whole turn, after which the thread was told
    await new Promise((resolve) => setImmediate(resolve))
    other.exec('commit')
    other.close()
    await written
    expect(await store.reader.selectFrom('snapshot').select('name').execute()).toEqual([{ name: 'kept' }])
  })

  test('says why a file cannot be opened', async () => {
    await expect(openStore({ kind: 'sqlite', file: folder }, { ownThread: true })).rejects.toMatchObject({
      code: 'SQLITE_CANTOPEN',
    })
  })
})
