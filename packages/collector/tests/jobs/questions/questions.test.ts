import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Questions } from '../../../src/jobs/questions/questions.ts'
import { follow, insertSavedQuery } from '../../../src/store/saved-queries.ts'
import { insertUser } from '../../../src/store/users.ts'
import { tempStore } from '../../serve/support/temp-store.ts'

let temp: Awaited<ReturnType<typeof tempStore>>
beforeAll(async () => {
  temp = await tempStore()
})
afterAll(() => temp.drop())

test('channels are told once when a question has an answer, and again only after it had none', async () => {
  const said: string[] = []
  let found = 0
  const written: string[] = []
  let isMailAway = false
  const row = await insertSavedQuery(temp.store.db, {
    name: 'Old Falcon',
    q: 'sensor:falcon@<7.16',
    created_by: 'Ada',
    created_at: 0,
    pinned: 0,
    told: 1,
    was_empty: 1,
    for_places: 0,
  })
  const questions = new Questions({
    store: temp.store,
    clock: { now: () => 0, after: () => () => undefined, every: () => () => undefined },
    log: pino({ level: 'silent' }),
    count: () => Promise.resolve(found),
    tell: (message) => {
      said.push(message.title)
      return Promise.resolve()
    },
    write: (to, message) => {
      if (isMailAway) return Promise.resolve({ ok: false, permanent: false, reason: 'away' })
      written.push(`${to}: ${message.title}`)
      return Promise.resolve({ ok: true })
    },
    address: undefined,
  })
  const rounds = async (...counts: number[]) => {
    for (found of counts) await questions.run()
  }
  await rounds(0, 2, 3)
  expect(said).toEqual(['Old Falcon: 2 machines'])
  await rounds(0, 1)
  expect(said).toEqual(['Old Falcon: 2 machines', 'Old Falcon: 1 machine'])
  // somebody who follows it is written to, as soon as the mail server takes it
  const jo = { email: 'jo@example.org', name: 'Jo', role: 'viewer', places: null, createdAt: 0, passwordHash: null }
  const user = await insertUser(temp.store.db, jo)
  await follow(temp.store.db, row.id, user?.id ?? 0, true)
  isMailAway = true
  await rounds(0, 5)
  expect(written).toEqual([])
  isMailAway = false
  await rounds(6, 7)
  expect(written).toEqual(['jo@example.org: Old Falcon: 5 machines'])
  await follow(temp.store.db, row.id, user?.id ?? 0, false)
  await rounds(0, 8)
  expect(written).toHaveLength(1)
  await questions.close()
})
