import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { openStore } from '@pumphandle/collector/store'
import { createClient } from '@pumphandle/shared/client'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { fileOf } from '../support/built-programs.ts'
import { collectorOn } from '../support/collector.ts'
import { COMPILE_CACHE } from '../support/compile-cache.ts'
import { bareDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.ts'
import { browserFetch, PASSWORD } from '../support/signed-in.ts'
import { enrol, WireClient } from '../support/wire-client.ts'

// Every released version's database, as that version left it, is brought up to date; and whatever is killed in the middle
// of it finds everything as it was.

const released = new URL('../fixtures/released/', import.meta.url)
const versions = readdirSync(released).filter((file) => file.endsWith('.gz'))
const killer = fileOf('migrate-until-killed')

let database: TestDatabase
afterEach(() => database.drop())

const open = () =>
  openStore(
    database.address.startsWith('postgres')
      ? { kind: 'postgres', url: database.address }
      : { kind: 'sqlite', file: database.address },
  )

/** Names of the migrations that a database has; opening it brings it up to date first. */
async function migrations(): Promise<string[]> {
  const store = await open()
  try {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(store.db)
    return rows.map(({ name }) => name)
  } finally {
    await store.close()
  }
}

function killedIn(migration: string): void {
  const { signal, stdout } = spawnSync(process.execPath, [killer, database.address, migration], {
    encoding: 'utf8',
    env: { ...process.env, ...COMPILE_CACHE },
  })
  expect(`${signal} ${stdout}`).toBe('SIGKILL ')
}

describe.each(versions)('a database of %s', (file) => {
  beforeEach(async () => {
    database = await bareDatabase('sqlite', inject('pgUrl'))
    writeFileSync(database.address, gunzipSync(readFileSync(new URL(file, released))))
  })

  test('is brought up to date at the first start, and nothing is lost', async () => {
    const collector = await collectorOn(database)
    try {
      const admin = createClient({ url: collector.url, fetch: browserFetch(collector.url) })
      await admin.call('signIn', { body: { email: 'ada@example.nhs.uk', password: PASSWORD } })
      const { total } = await admin.call('machines', { query: { q: '', limit: 100 } })
      expect(total).toBe(61)
      const overview = await admin.call('overview')
      expect(overview.incidents.map(({ kind, title }) => [kind, title])).toEqual([
        ['practice-line', 'A81001 is offline'],
      ])
      const affected = await admin.call('incident', { path: { id: String(overview.incidents[0]?.id) } })
      expect(Object.values(affected.incident.cohorts).reduce((a, b) => a + b)).toBe(5)
      expect((await admin.call('channels')).items.map(({ name }) => name)).toEqual(['IT'])
      expect((await admin.call('tokens')).items.map(({ name }) => name)).toEqual(['reporting'])
      const { count } = await collector.context.store.reader
        .selectFrom('event')
        .select((e) => e.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      expect(count).toBe(182)
      // and it goes on: a new machine is taken, and what it says is stored
      const { enrolment } = collector.context
      const wanted = { name: 'test', site: null, days: 1, maxUses: null, createdBy: 'test' }
      const client = await WireClient.connect(
        collector.url,
        await enrol(collector.url, (await enrolment.createToken(wanted)).secret),
      )
      await client.deliver(1, [{ id: 'after', at: Date.now(), type: 'vitals', uptimeSeconds: 1 }])
      client.socket.terminate()
    } finally {
      await collector.close()
    }
  })

  test('is as it was after a kill in each of the migrations that it lacks, and goes on from there', async () => {
    const before = gunzipSync(readFileSync(new URL(file, released)))
    const all = await migrations()
    writeFileSync(database.address, before)
    const had = new Set(before.toString('latin1').match(/\d{4}-[a-z-]+/g))
    for (const migration of all.filter((name) => !had.has(name))) killedIn(migration)
    expect(await migrations()).toEqual(all)
    const store = await open()
    const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(store.db)
    expect(rows).toEqual([{ integrity_check: 'ok' }])
    await store.close()
  })
})

describe.each(DATABASE_KINDS)('a new database on %s', (kind) => {
  test('is empty again after a kill in each migration, and is made whole at the next start', async () => {
    database = await bareDatabase(kind, inject('pgUrl'))
    const whole = await migrations()
    await database.drop()
    database = await bareDatabase(kind, inject('pgUrl'))
    for (const migration of whole) killedIn(migration)
    expect(await migrations()).toEqual(whole)
  })
})
