import { expect, test } from 'vitest'
import { VirtualClock } from '../../../simulator/src/time/virtual-clock.ts'
import { patience } from '../../src/model/patience.ts'
import { type FaultKind, markStoreFault } from '../../src/model/store-fault.ts'

const failure = (kind: FaultKind): Error => {
  const error = new Error(kind)
  markStoreFault(error, kind)
  return error
}

test.each(['away', 'locked', 'disk', 'unread'] as const)(
  'work is done once the database is not %s any more',
  async (kind) => {
    const clock = new VirtualClock(0)
    let tries = 0
    const done = patience(clock)(async () => {
      if (++tries < 3) throw failure(kind)
      return tries
    })
    for (let second = 1; tries < 3; second++) {
      await Promise.resolve()
      clock.advanceTo(second * 1_000)
    }
    expect(await done).toBe(3)
  },
)

test('what stays is thrown, and so is what passes where nobody waits any more', async () => {
  const clock = new VirtualClock(0)
  await expect(patience(clock)(() => Promise.reject(failure('damaged')))).rejects.toThrow('damaged')
  await expect(patience(clock)(() => Promise.reject(new Error('ours')))).rejects.toThrow('ours')
  await expect(patience(clock, () => true)(() => Promise.reject(failure('away')))).rejects.toThrow('away')
})
