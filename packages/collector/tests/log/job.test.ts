import pino from 'pino'
import { expect, test } from 'vitest'
import { VirtualClock } from '../../../simulator/src/time/virtual-clock.ts'
import { Job } from '../../src/log/job.ts'

const EVERY_MS = 1_000
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A job whose runs end when the test says so. */
function held() {
  const clock = new VirtualClock(0)
  const ends: PromiseWithResolvers<void>[] = []
  const run = () => {
    const end = Promise.withResolvers<void>()
    ends.push(end)
    return end.promise
  }
  return { clock, ends, job: new Job({ clock, log: pino({ level: 'silent' }), everyMs: EVERY_MS, run, failed: 'x' }) }
}

test('what comes round during a run is left out', async () => {
  const { clock, ends, job } = held()
  clock.advanceTo(EVERY_MS)
  clock.advanceTo(5 * EVERY_MS)
  expect(ends).toHaveLength(1)
  ends[0]?.resolve()
  await turn()
  expect(ends).toHaveLength(1)
  clock.advanceTo(6 * EVERY_MS)
  expect(ends).toHaveLength(2)
  ends[1]?.resolve()
  await job.close()
})

test('who asks during a run has one that began after the question', async () => {
  const { clock, ends, job } = held()
  clock.advanceTo(EVERY_MS)
  const asked = job.run()
  expect(ends).toHaveLength(1)
  ends[0]?.resolve()
  await turn()
  expect(ends).toHaveLength(2)
  ends[1]?.resolve()
  await asked
  await job.close()
})

test('a run that fails is followed by the next; the end waits for the last', async () => {
  const { clock, ends, job } = held()
  clock.advanceTo(EVERY_MS)
  ends[0]?.reject(new Error('the disk is full'))
  await turn()
  clock.advanceTo(2 * EVERY_MS)
  expect(ends).toHaveLength(2)
  let ended = false
  const close = job.close().then(() => (ended = true))
  await turn()
  expect(ended).toBe(false)
  ends[1]?.resolve()
  await close
  clock.advanceTo(9 * EVERY_MS)
  expect(ends).toHaveLength(2)
})
