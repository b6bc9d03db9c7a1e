import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HistoryRow, type IncidentRecord, storedRecord } from '../../src/model/incident-record.ts'
import { DamagedRows } from '../../src/store/damaged-rows.ts'
import { readIncident, readIncidents, writeIncidents } from '../../src/store/incidents.ts'
import { tempStore } from '../serve/support/temp-store.ts'
import { BAD, START, World } from './world.ts'

let temp: Awaited<ReturnType<typeof tempStore>>
const records: IncidentRecord[] = []

beforeAll(async () => {
  temp = await tempStore()
  const world = new World()
  for (const key of [BAD, 'sensor:falcon@7.16.1', 'os:windows@19045.4651', 'driver:a.sys@1'])
    world.raise(records.length + 1, world.give(key, [records.length]), [records.push({} as IncidentRecord) - 1], START)
  records.splice(0, 4, ...world.incidents.active().map((incident) => incident.record))
  const history: HistoryRow[] = []
  await temp.store.transaction((tx) => writeIncidents(tx, { records, members: [], gone: [], history, samples: [] }))
})
afterAll(() => temp.drop())

test('an incident comes back as it was written', async () => {
  for (const record of records) expect(storedRecord.parse(JSON.parse(JSON.stringify(record)))).toEqual(record)
  expect(await readIncidents(temp.store.reader, { statuses: [], limit: 10 })).toEqual(records)
})

test('rows that cannot be read are told and left out, and pages stay whole', async () => {
  const damage = (id: number, payload: string) =>
    temp.store.db.updateTable('incident').set({ payload }).where('id', '=', id).execute()
  await damage(4, '{}')
  await damage(2, '{"id":2,"kind":"comp')
  const unreadable: unknown[] = []
  const damaged = new DamagedRows((row) => void unreadable.push(row.id))
  const read = await readIncidents(temp.store.reader, { statuses: ['open'], limit: 2 })
  await readIncidents(temp.store.reader, { statuses: ['open'], limit: 2 })
  damaged.close()
  expect(read.map((record) => record.id)).toEqual([3, 1])
  expect(unreadable).toEqual([4, 2])
  expect(await readIncident(temp.store.reader, 4)).toBeUndefined()
})

test('an explanation of another version is left out, not its incident', async () => {
  const [record] = records
  const payload = JSON.stringify({ ...record, explanation: { sentence: 1 } })
  await temp.store.db.updateTable('incident').set({ payload }).where('id', '=', 3).execute()
  const [read] = await readIncidents(temp.store.reader, { statuses: [], limit: 1 })
  expect(read).toMatchObject({ title: record?.title, explanation: null })
})
