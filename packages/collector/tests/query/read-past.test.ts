import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { machinesThat, type PastTerm, parse, readPast } from '../../src/query/index.ts'
import { openStore, type Store } from '../../src/store/index.ts'
import { Choices } from './support/choices.ts'
import { makeFleet, storeFleet } from './support/fleet.ts'
import { NOW } from './support/values.ts'

/** Rows that each machine has of each component, of which the first some are of one moment. */
const TURNS = 150
const OF_ONE_MOMENT = 60
/** What SQLite is asked for in one go. */
const PIECE = 5_000

let folder: string
let store: Store
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'past-'))
  store = await openStore({ kind: 'sqlite', file: join(folder, 'fleet.db') })
  await storeFleet(store.db, makeFleet(new Choices(7), 200))
  // a version that came and went all the time, and more of one moment than a piece has
  await sql`
    with recursive turn (n) as (select 0 union all select n + 1 from turn where n < ${TURNS - 1})
    insert into exposure (machine_id, component_id, since, until)
    select machine.id, component.id, case when n < ${OF_ONE_MOMENT} then 1 else n * 1000 end, null
    from machine, turn, (select id from component where kind = 'sensor' order by id limit 3) as component
    where machine.id % 2 = 0`.execute(store.db)
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

test.each([
  ['had:sensor:*', (100 * TURNS * 3) / PIECE],
  ['had:sensor:* at:<1d', 1],
  ['had:sensor:f*', 1],
  ['had:driver:*', 1],
  ['had:sensor:nobody', 0],
])('%s finds what one statement finds, and others have their turn %i times', async (text, least) => {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(parsed.error.message)
  const options = { dialect: 'sqlite', now: NOW } as const
  const term = parsed.query as PastTerm
  const { rows } = await machinesThat(term, options).execute(store.reader as Store['db'])
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  const found = await readPast(store.reader, parsed.query, options)
  isOver = true
  const [machines = []] = found.values()
  expect(machines.toSorted((a, b) => a - b)).toEqual(rows.map(({ id }) => id).toSorted((a, b) => a - b))
  expect(turns).toBeGreaterThanOrEqual(least)
})
