import { MINUTE } from '@pumphandle/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cohortsBefore } from '../../src/incidents/before-raised.ts'
import type { Member } from '../../src/model/member.ts'
import { tempStore } from '../serve/support/temp-store.ts'

const RAISED = 100 * MINUTE

let temp: Awaited<ReturnType<typeof tempStore>>
beforeAll(async () => {
  temp = await tempStore()
})
afterAll(() => temp.drop())

const failedAt = (at: number) => ({ failures: 1, firstFailedAt: at }) as Member

test('the curve of an incident begins before its first failure, at none, and counts each from its minute on', async () => {
  const members = [RAISED - 3 * MINUTE, RAISED - 2.5 * MINUTE, RAISED - 1].map(failedAt)
  const spared = { failures: 0, firstFailedAt: 0 } as Member
  const span = { from: RAISED - 4 * MINUTE, until: RAISED, hasCause: true }
  const before = await cohortsBefore(temp.store.reader, 1, [...members, spared], span)
  expect(before.map(({ affected }) => affected)).toEqual([0, 2, 2, 3])
  expect(await cohortsBefore(temp.store.reader, 1, members, { ...span, from: RAISED })).toEqual([])
})
