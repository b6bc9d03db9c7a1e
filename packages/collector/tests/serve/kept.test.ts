import { expect, test } from 'vitest'
import { Kept, KeptByKey } from '../../src/serve/fleet/kept.ts'
import { StillClock } from './support/temp-store.ts'

test('one piece of work serves all; an old answer is shown while the next is on its way, but not a very old one', async () => {
  const clock = new StillClock(0)
  let asked = 0
  let fail = false
  const kept = new Kept(clock, 1_000, async () => {
    asked++
    if (fail) throw new Error('no database')
    return asked
  })
  expect(await Promise.all([kept.get(), kept.get()])).toEqual([1, 1])
  clock.time = 1_500
  expect(await kept.get()).toBe(1)
  expect(await kept.get()).toBe(2)
  clock.time = 20_000
  expect(await kept.get()).toBe(3)
  fail = true
  clock.time = 22_000
  expect(await kept.get()).toBe(3)
  clock.time = 60_000
  await expect(kept.get()).rejects.toThrow('no database')
  fail = false
  expect(await kept.get()).toBe(asked)
})

test('where an old answer may not be shown, whoever comes after its time waits for the next', async () => {
  const clock = new StillClock(0)
  let asked = 0
  const kept = new Kept(clock, 1_000, async () => ++asked, 1)
  expect(await kept.get()).toBe(1)
  clock.time = 999
  expect(await kept.get()).toBe(1)
  clock.time = 1_000
  expect(await Promise.all([kept.get(), kept.get()])).toEqual([2, 2])
})

test('of many variants so many are kept, and the one that was not asked for longest goes first', async () => {
  const asked: string[] = []
  const kept = new KeptByKey<string>(new StillClock(0), 1_000, 2)
  const ask = (key: string) =>
    kept.get(key, async () => {
      asked.push(key)
      return key
    })
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) expect(await ask(key)).toBe(key)
  expect(asked).toEqual(['a', 'b', 'c', 'b'])
})
