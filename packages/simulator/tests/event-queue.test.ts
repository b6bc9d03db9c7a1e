import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventQueue } from '../src/time/event-queue.ts'

test('events come in the order of their times, each with its own numbers', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { maxLength: 300 }), (times) => {
      const queue = new EventQueue()
      const seen: number[] = []
      const kind = queue.register((i) => seen.push(i))
      times.forEach((time, i) => queue.push(time, kind, i, -i, i))
      const due: number[] = []
      while (queue.size > 0) {
        due.push(queue.nextAt())
        queue.runNext()
      }
      expect(due).toEqual([...times].sort((a, b) => a - b))
      expect(seen.map((i) => times[i])).toEqual(due)
    }),
  )
})

test('it grows beyond its first capacity and stays in order', () => {
  const queue = new EventQueue()
  let last = -1
  let disorder = 0
  const kind = queue.register((a) => {
    if (a < last) disorder++
    last = a
  })
  const n = 150_000
  for (let i = 0; i < n; i++) queue.push((i * 7919) % n, kind, (i * 7919) % n)
  while (queue.size > 0) queue.runNext()
  expect(last).toBe(n - 1)
  expect(disorder).toBe(0)
})

test('a handler may plan more', () => {
  const queue = new EventQueue()
  let runs = 0
  const kind: number = queue.register((left) => {
    runs++
    if (left > 0) queue.push(runs, kind, left - 1)
  })
  queue.push(0, kind, 4)
  while (queue.size > 0) queue.runNext()
  expect(runs).toBe(5)
  expect(queue.nextAt()).toBe(Infinity)
})
