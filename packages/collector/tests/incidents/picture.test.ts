import { HOUR, MINUTE } from '@pumphandle/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { incidentPicture } from '../../src/incidents/picture.ts'
import { writeIncidents } from '../../src/store/incidents.ts'
import { tempStore } from '../serve/support/temp-store.ts'
import { BAD, START, World } from './world.ts'

let temp: Awaited<ReturnType<typeof tempStore>>
beforeAll(async () => {
  temp = await tempStore()
})
afterAll(() => temp.drop())

test('the picture counts the machines of the finding: not who got rid of it before, and who got it after what is drawn', async () => {
  const { store } = temp
  const [name, version] = BAD.replace('content:', '').split('@') as [string, string]
  const component = { id: 1, kind: 'content' as const, name, version, version_key: version, first_seen: START }
  await store.db.insertInto('component').values(component).execute()
  const exposure = (machine_id: number, since: number, until: number | null = null) => ({
    machine_id,
    component_id: 1,
    since,
    until,
  })
  const raisedAt = START + 10 * MINUTE
  await store.db
    .insertInto('exposure')
    .values([
      ...[0, 1, 2, 3].map((machine) => exposure(machine, START + 5 * MINUTE)),
      exposure(20, START, START + MINUTE),
      exposure(9, raisedAt + 2 * HOUR),
    ])
    .execute()
  const world = new World()
  // of machine 4 nobody knows when it came, and 8 failed before it could tell
  const fact = world.give(BAD, [0, 1, 2, 3, 4])
  world.raise(1, fact, [0, 1, 2, 8], raisedAt)
  world.give(BAD, [9])
  world.incidents.observe({
    type: 'component',
    at: raisedAt + 2 * HOUR,
    machine: 9 as never,
    fact,
    change: 'arrived',
    since: raisedAt + 2 * HOUR,
  })
  await store.transaction((tx) => writeIncidents(tx, world.incidents.changes().changes))
  const [incident] = world.incidents.active()
  if (!incident) throw new Error('no incident')
  expect(incident.row(raisedAt).sentence).toMatch(/^7 machines received .*; 4 of them/)
  const { curve } = await incidentPicture(store.reader, incident.record, raisedAt + 3 * HOUR)
  const drawn = curve.exposed.reduce((sum, n) => sum + n, curve.exposedBefore)
  expect([curve.exposedBefore, drawn, curve.exposedAfter]).toEqual([1, 6, 1])
})
