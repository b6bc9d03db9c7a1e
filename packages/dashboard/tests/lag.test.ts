import type { Clock } from '@pumphandle/shared/clock'
import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { askAnew } from '../src/api/anew.ts'
import { createLags } from '../src/live/lag.ts'

const turn = () => new Promise((resolve) => void setTimeout(resolve))

const newClient = () => new QueryClient({ defaultOptions: { queries: { retry: false } } })

/** Lags of a client by a clock that is set by hand, and what its timers do when they come. */
function watched() {
  const time = { now: 1_000 }
  const timers: (() => void)[] = []
  const clock: Clock = {
    now: () => time.now,
    after: () => () => undefined,
    every(_ms, run) {
      timers.push(run)
      return () => undefined
    },
  }
  const client = newClient()
  return { time, client, lags: createLags(client, clock), look: () => timers.forEach((run) => run()) }
}

test('a question that fails is told with the time of its last answer, whatever messages do to the answer meanwhile', async () => {
  const { time, client, lags, look } = watched()
  let fails = false
  lags.start()
  const observer = new QueryObserver(client, {
    queryKey: ['overview', {}],
    queryFn: () => (fails ? Promise.reject(new Error('lost')) : 1),
  })
  const stop = observer.subscribe(() => undefined)
  await turn()
  expect(lags.get()).toEqual([])
  time.now = 9_000
  fails = true
  await client.invalidateQueries()
  await turn()
  expect(lags.get()).toMatchObject([{ name: 'overview', at: 1_000 }])
  // the link changes a figure of it: the rest of the answer is as old as before
  time.now = 12_000
  client.setQueryData(['overview', {}], 2)
  expect(lags.get()).toMatchObject([{ name: 'overview', at: 1_000 }])
  // it is asked again by itself
  fails = false
  look()
  await turn()
  expect(lags.get()).toEqual([])
  fails = true
  await client.invalidateQueries()
  await turn()
  expect(lags.get()).toMatchObject([{ at: 12_000 }])
  // nobody looks at it any more
  stop()
  expect(lags.get()).toEqual([])
})

test('an answer that hangs is told after ten seconds, and what gives it up asks anew', async () => {
  const { time, client, lags, look } = watched()
  const end = lags.start()
  const answers: ((n: number) => void)[] = []
  const observer = new QueryObserver(client, {
    queryKey: ['sensors', {}],
    queryFn: () => new Promise<number>((resolve) => void answers.push(resolve)),
  })
  const stop = observer.subscribe(() => undefined)
  answers[0]?.(1)
  await turn()
  time.now = 5_000
  void client.invalidateQueries()
  await turn()
  time.now = 14_900
  look()
  expect(lags.get()).toEqual([])
  time.now = 15_000
  look()
  expect(lags.get()).toEqual([{ name: 'sensors', at: 1_000, error: undefined, askedAt: 5_000 }])
  void askAnew(client)
  await turn()
  expect(lags.get()).toEqual([])
  answers[2]?.(3)
  await turn()
  expect(observer.getCurrentResult().data).toBe(3)
  stop()
  end()
})

test('a first answer that hangs is given up, too, when it is asked anew', async () => {
  const client = newClient()
  const answers: ((n: number) => void)[] = []
  const observer = new QueryObserver(client, {
    queryKey: ['sensors', {}],
    queryFn: ({ signal }) => {
      signal.throwIfAborted()
      return new Promise<number>((resolve) => void answers.push(resolve))
    },
  })
  const stop = observer.subscribe(() => undefined)
  await turn()
  void askAnew(client)
  await turn()
  answers[1]?.(2)
  await turn()
  expect(observer.getCurrentResult().data).toBe(2)
  stop()
})
