import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import {
  type FleetColumns,
  loadColumns,
  parse,
  type Query,
  readPast,
  select,
} from '../../packages/collector/src/query/index.ts'
import { openStore, type Store } from '../../packages/collector/src/store/store.ts'
import { Choices } from '../../packages/collector/tests/query/support/choices.ts'
import { evaluate } from '../../packages/collector/tests/query/support/evaluate.ts'
import { makeFleet, storeFleet } from '../../packages/collector/tests/query/support/fleet.ts'
import type { MachineRecord } from '../../packages/collector/tests/query/support/machine-record.ts'
import { makeNoise, makeQuery } from '../../packages/collector/tests/query/support/queries.ts'
import { NOW } from '../../packages/collector/tests/query/support/values.ts'

const FLEETS = 3
const MACHINES = 60
const QUERIES = 400
const NOISE = 1500

const folder = mkdtempSync(join(tmpdir(), 'query-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function newPostgres(name: string): Promise<string> {
  const url = inject('pgUrl')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return url.replace('/postgres?', `/${name}?`)
}

async function fromColumns(store: Store, columns: FleetColumns, query: Query): Promise<number[]> {
  const past = await readPast(store.reader, query, { dialect: store.kind, now: NOW })
  const ids = [...columns.idsOf(select(columns, query, { now: NOW, past }))]
  return ids.toSorted((a, b) => a - b)
}

describe.each(Array.from({ length: FLEETS }, (_, seed) => seed))('fleet %i', (seed) => {
  let fleet: MachineRecord[]
  let sqlite: Store
  let postgres: Store
  let columns: FleetColumns

  beforeAll(async () => {
    fleet = makeFleet(new Choices(seed), MACHINES)
    sqlite = await openStore({ kind: 'sqlite', file: join(folder, `${seed}.db`) })
    postgres = await openStore({ kind: 'postgres', url: await newPostgres(`query_${seed}`) })
    for (const store of [sqlite, postgres]) await storeFleet(store.db, fleet)
    columns = await loadColumns(sqlite.reader)
  })
  afterAll(() => Promise.all([sqlite.close(), postgres.close()]))

  async function check(text: string): Promise<number | undefined> {
    const parsed = parse(text)
    if (!parsed.ok) return undefined
    const { query } = parsed
    const expected = fleet.filter((m) => evaluate(query, m, NOW)).map((m) => m.id)
    expect(await fromColumns(sqlite, columns, query), `columns and SQLite: ${text}`).toEqual(expected)
    expect(await fromColumns(postgres, columns, query), `columns and PostgreSQL: ${text}`).toEqual(expected)
    return expected.length
  }

  test('every query finds the same machines in columns, with the past of SQLite and of PostgreSQL, and one by one', async () => {
    const random = new Choices(1000 + seed)
    let some = 0
    let refused = 0
    for (let i = 0; i < QUERIES; i++) {
      const found = await check(makeQuery(random))
      if (found === undefined) refused++
      else if (found > 0 && found < MACHINES) some++
    }
    // the queries must tell machines apart, or their agreement says nothing
    expect(some).toBeGreaterThan(QUERIES / 2)
    expect(refused).toBeLessThan(QUERIES / 10)
  })

  test('so does whatever else happens to parse', async () => {
    const random = new Choices(2000 + seed)
    let parsed = 0
    for (let i = 0; i < NOISE; i++) if ((await check(makeNoise(random))) !== undefined) parsed++
    expect(parsed).toBeGreaterThan(NOISE / 50)
  })
})
