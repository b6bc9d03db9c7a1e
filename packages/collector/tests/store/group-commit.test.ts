import { expect, test } from 'vitest'
import { VirtualClock } from '../../../simulator/src/time/virtual-clock.ts'
import { GroupCommit } from '../../src/store/group-commit.ts'

/** A commit that the test lets through. */
function gate() {
  const groups: number[][] = []
  const waiting: (() => void)[] = []
  return {
    groups,
    commit: async (items: readonly number[]) => {
      groups.push([...items])
      await new Promise<void>((resolve) => waiting.push(resolve))
      if (items.includes(13)) throw new Error('unlucky')
      return items.map((i) => i * 2)
    },
    async open(): Promise<void> {
      while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve))
      waiting.shift()?.()
    },
  }
}

test('what arrives during a commit goes together into the next', async () => {
  const g = gate()
  const commits = new GroupCommit({ commit: g.commit, maxWeight: 100 })
  const first = commits.add(1)
  const opened = g.open()
  while (g.groups.length === 0) await new Promise((resolve) => setImmediate(resolve))
  const rest = [2, 3, 4].map((i) => commits.add(i))
  await opened
  expect(await first).toBe(2)
  await g.open()
  expect(await Promise.all(rest)).toEqual([4, 6, 8])
  expect(g.groups).toEqual([[1], [2, 3, 4]])
})

test('a group is bounded by weight, and one item that is heavier goes alone', async () => {
  const commits = new GroupCommit({
    commit: async (items: readonly number[]) => items.map(() => items.length),
    weight: (n) => n,
    maxWeight: 10,
  })
  const sizes = await Promise.all([4, 4, 4, 50, 1].map((n) => commits.add(n)))
  expect(sizes).toEqual([3, 3, 3, 1, 1])
  expect(commits.waiting).toBe(0)
})

test('a failed commit fails its own group only', async () => {
  const g = gate()
  const commits = new GroupCommit({ commit: g.commit, maxWeight: 1 })
  const unlucky = commits.add(13)
  const lucky = commits.add(1)
  const failed = unlucky.catch((error: Error) => error.message)
  await g.open()
  expect(await failed).toBe('unlucky')
  await g.open()
  expect(await lucky).toBe(2)
  await commits.settled()
})

test('the neighbours of an item that cannot be committed are committed', async () => {
  const commits = new GroupCommit({
    commit: async (items: readonly number[]) => {
      if (items.includes(13)) throw new Error('unlucky')
      return items.map((i) => i * 2)
    },
    maxWeight: 100,
  })
  const results = await Promise.allSettled([1, 13, 2].map((i) => commits.add(i)))
  expect(results.map((r) => (r.status === 'fulfilled' ? r.value : 'failed'))).toEqual([2, 'failed', 4])
})

const sender = (n: number) => Math.floor(n / 100)

test('a flood of one sender does not hold up the others, and keeps its order', async () => {
  const g = gate()
  const clock = new VirtualClock(0)
  const fair = { sender, cost: () => 1, share: 2, rests: 20, clock }
  const commits = new GroupCommit({ commit: g.commit, maxWeight: 100, fair })
  const first = commits.add(900)
  const opened = g.open()
  while (g.groups.length === 0) await new Promise((resolve) => setImmediate(resolve))
  const rest = [101, 102, 103, 104, 105, 201, 301, 302, 303].map((n) => commits.add(n))
  await opened
  await first
  for (let round = 0; round < 3; round++) await g.open()
  await Promise.all(rest)
  expect(g.groups).toEqual([[900], [101, 102, 201, 301, 302], [103, 104, 303], [105]])
})

test('who had much of a transaction rests, whoever else waits or does not', async () => {
  const clock = new VirtualClock(0)
  const groups: number[][] = []
  const fair = { sender, cost: () => 1, share: 4, rests: 20, clock }
  const commits = new GroupCommit({
    commit: async (items: readonly number[]) => {
      groups.push([...items])
      clock.advanceTo(clock.now() + 5)
      return items
    },
    maxWeight: 100,
    fair,
  })
  const flood = [101, 102, 103, 104, 105].map((n) => commits.add(n))
  await Promise.all(flood.slice(0, 4))
  // one that came with the flood and had little rests for as little
  await commits.add(201)
  await commits.add(202)
  expect(groups).toEqual([[101, 102, 103, 104], [201], [202]])
  clock.advanceTo(clock.now() + 100)
  await Promise.all(flood)
  expect(groups.at(-1)).toEqual([105])
})

test('whoever ends waits for nobody’s rest', async () => {
  const clock = new VirtualClock(0)
  const fair = { sender, cost: () => 1, share: 1, rests: 20, clock }
  const commits = new GroupCommit({
    commit: async (items: readonly number[]) => {
      clock.advanceTo(clock.now() + 5)
      return items
    },
    maxWeight: 100,
    fair,
  })
  const all = [101, 102, 103].map((n) => commits.add(n))
  await all[0]
  commits.end()
  expect(await Promise.all(all)).toEqual([101, 102, 103])
  await commits.settled()
})

test('a database that is too busy for a large transaction is given smaller ones, and larger ones again when they pass', async () => {
  const sizes: number[] = []
  let isBusy = true
  const commits = new GroupCommit({
    commit: async (items: readonly number[]) => {
      sizes.push(items.length)
      if (isBusy && items.length > 10) throw new Error('too slow')
      isBusy = false
      return items
    },
    maxWeight: 100,
    over: () => Promise.resolve(),
  })
  const numbers = Array.from({ length: 250 }, (_, i) => i)
  expect(await Promise.all(numbers.map((i) => commits.add(i)))).toEqual(numbers)
  expect(sizes).toEqual([100, 50, 25, 12, 6, 12, 24, 48, 96, 64])
})
