import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MINUTE } from '@pumphandle/shared/time'
import { expect, test } from 'vitest'
import { badContent, VirtualFleet } from '../support/virtual-fleet.ts'

test('a wrong blame clears its version, makes its component need more evidence, and is kept; a right one takes it back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pumphandle-feedback-'))
  const fleet = new VirtualFleet(folder)
  await fleet.startEnrolled()
  const exposed = fleet.introduce()
  await fleet.pass(12 * MINUTE)
  for (const uid of exposed.slice(0, 80)) fleet.send(uid, badContent(fleet.clock.now() - 2 * MINUTE))
  await fleet.pass(MINUTE)
  for (const uid of exposed.slice(0, 60)) fleet.crashed(uid)
  await fleet.pass(2 * MINUTE)

  const bad = 'content:falcon/291@2024-07-19T04:09Z'
  const { id } = fleet.context.incidents.active()[0]?.record ?? { id: 0 }
  const word = () => fleet.context.detection.versions.verdict(bad, fleet.clock.now())?.word
  const doubt = () => fleet.context.detection.facts.doubt(fleet.context.detection.facts.intern(bad))
  expect(word()).toBe('bad')
  await expect(fleet.context.feedback.give(id, 'wrong', 'too early', 'Ada')).rejects.toMatchObject({ kind: 'conflict' })
  await fleet.context.desk.resolve(id, 'Ada')
  expect(word()).toBe('bad')

  await fleet.context.feedback.give(id, 'wrong', 'We pulled the plug ourselves.', 'Ada')
  expect(fleet.context.feedback.summary()).toMatchObject({
    right: 0,
    wrong: 1,
    precision: 0,
    doubted: [{ component: 'content:falcon/291', factor: 10 }],
    items: [{ incident: id, was: 'wrong', by: 'Ada', cause: { key: bad } }],
  })
  expect(fleet.context.detection.versions.verdict(bad, fleet.clock.now())?.incident).toBeNull()
  expect(doubt()).toBe(10)

  await fleet.restart(MINUTE)
  expect(doubt()).toBe(10)
  await fleet.context.feedback.give(id, 'right', 'It was the file after all.', 'Ada')
  expect(fleet.context.feedback.summary()).toMatchObject({ right: 1, wrong: 0, precision: 1, doubted: [] })
  expect(doubt()).toBe(1)
  expect(word()).toBe('bad')
  expect((await fleet.context.desk.detail(id))?.history.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      'Not its fault: We pulled the plug ourselves.',
      'Yes, that was it: It was the file after all.',
    ]),
  )
  await fleet.context.close()
  rmSync(folder, { recursive: true, force: true })
})
