import { SECOND } from '@pumphandle/shared/time'
import { beforeEach, expect, test } from 'vitest'
import { VirtualClock } from '../../../simulator/src/time/virtual-clock.ts'
import { Lookout } from '../../src/cluster/lookout.ts'

let clock: VirtualClock
let lookout: Lookout
beforeEach(() => {
  clock = new VirtualClock(0)
  lookout = new Lookout(clock)
})

/** Looks once a second; answers after how many seconds it is time to take over, and whether the other is to be ended. */
function watch(see: (second: number) => { beat: number; isLocked: boolean; holder?: string }, seconds = 30) {
  for (let second = 0; second <= seconds; second++) {
    const isLate = lookout.isLate({ holder: 'brain', ...see(second) })
    if (isLate !== undefined) return { second, isLate }
    clock.advanceTo(clock.now() + SECOND)
  }
  return undefined
}

test('where none is active it is time at once, and nobody has to be ended', () => {
  expect(watch(() => ({ beat: 0, isLocked: false, holder: '' }))).toEqual({ second: 0, isLate: false })
})

test('one that beats is there, whoever has the lock', () => {
  expect(watch((second) => ({ beat: second, isLocked: true }))).toBeUndefined()
  expect(watch((second) => ({ beat: 100 + second, isLocked: false }))).toBeUndefined()
})

test('one that stands still has its lock, and is given longer than one that has ended', () => {
  expect(watch(() => ({ beat: 7, isLocked: true }))).toEqual({ second: 5, isLate: true })
  lookout = new Lookout(clock)
  expect(watch(() => ({ beat: 7, isLocked: false }))).toEqual({ second: 3, isLate: true })
})

test('a database that did not answer says nothing of the brain', () => {
  lookout.isLate({ beat: 7, holder: 'brain', isLocked: true })
  clock.advanceTo(60 * SECOND)
  expect(lookout.isLate({ beat: 7, holder: 'brain', isLocked: true })).toBeUndefined()
})
