import { expect, test } from 'vitest'
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

test('a flood of one sender does not hold up the others, and keeps its order', async () => {
  const g = gate()
  const sender = (n: number) => Math.floor(n / 100)
  const commits = new GroupCommit({ commit: g.commit, maxWeight: 100, fair: { sender, share: 2 } })
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

test('when most senders have much to send they are written as they came', async () => {
  const g = gate()
  const sender = (n: number) => Math.floor(n / 100)
  const commits = new GroupCommit({ commit: g.commit, maxWeight: 100, fair: { sender, share: 1 } })
  const first = commits.add(900)
  const opened = g.open()
  while (g.groups.length === 0) await new Promise((resolve) => setImmediate(resolve))
  const all = [101, 102, 201, 202, 301, 302]
  const rest = all.map((n) => commits.add(n))
  await opened
  await first
  await g.open()
  await Promise.all(rest)
  expect(g.groups).toEqual([[900], all])
})
