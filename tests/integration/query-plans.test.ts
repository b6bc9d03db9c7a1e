import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompiledQuery, sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { machinesThat, parse } from '../../packages/collector/src/query/index.ts'
import { openStore, type Store } from '../../packages/collector/src/store/store.ts'
import { Choices } from '../../packages/collector/tests/query/support/choices.ts'
import { makeFleet, storeFleet } from '../../packages/collector/tests/query/support/fleet.ts'
import { NOW } from '../../packages/collector/tests/query/support/values.ts'

/** Questions about the past and an index that each must go through, by the names that migrations give. */
const INDEXES: [query: string, index: string][] = [
  ['had:sensor:falcon@7.16.*', 'component_by_kind_lower_name_version_key'],
  ['had:content:falcon/291@2024-07-19T04:09Z', 'exposure_by_component_id_since_until_machine_id'],
  ['had:culprit:csagent.sys', 'crash_by_lower_culprit_at'],
  ['had:culprit:csagent.sys at:<1d', 'crash_by_lower_culprit_at'],
  ['had:stop:0x50 at:<1d', 'crash_by_stop_code_at'],
]

let folder: string
let sqlite: Store
let postgres: Store

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'query-plans-'))
  sqlite = await openStore({ kind: 'sqlite', file: join(folder, 'fleet.db') })
  const url = inject('pgUrl')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('create database query_plans')
  await client.end()
  postgres = await openStore({ kind: 'postgres', url: url.replace('/postgres?', '/query_plans?') })
  for (const store of [sqlite, postgres]) await storeFleet(store.db, makeFleet(new Choices(7), 200))
})
afterAll(async () => {
  await Promise.all([sqlite.close(), postgres.close()])
  rmSync(folder, { recursive: true })
})

function asked(store: Store, text: string) {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(parsed.error.message)
  const { query } = parsed
  if (query.type !== 'had-component' && query.type !== 'had-crash') throw new Error(`${text} is not about the past`)
  return machinesThat(query, { dialect: store.kind, now: NOW })
}

describe('a question about the past goes through an index', () => {
  test.each(INDEXES)('%s on SQLite: %s', async (text, index) => {
    const { sql: statement, parameters } = asked(sqlite, text).compile(sqlite.db)
    const explained = CompiledQuery.raw(`explain query plan ${statement}`, [...parameters])
    const { rows } = await sqlite.db.executeQuery<{ detail: string }>(explained)
    expect(rows.map((r) => r.detail).join('\n')).toContain(index)
  })

  // with 200 machines reading them all is cheapest, so that the planner is asked what it would do without
  test.each(INDEXES)('%s on PostgreSQL: %s', async (text, index) => {
    const plan = await postgres.db.transaction().execute(async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx)
      const { rows } = await sql<Record<string, string>>`explain ${asked(postgres, text)}`.execute(tx)
      return rows.map((r) => r['QUERY PLAN']).join('\n')
    })
    expect(plan).toContain(index)
  })
})
