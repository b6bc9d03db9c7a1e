import type { Clock } from '@pumphandle/shared/clock'
import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { createRefresh } from '../src/live/refresh.ts'

function fakeClock() {
  const timers: (() => void)[] = []
  const clock: Clock = {
    now: () => 0,
    after(_ms, run) {
      timers.push(run)
      return () => undefined
    },
    every: () => () => undefined,
  }
  return { clock, fire: () => timers.splice(0).forEach((run) => run()) }
}

/** A page that looks at one answer and counts how often it is asked. */
function watching(key: readonly unknown[]) {
  const client = new QueryClient()
  let asked = 0
  const observer = new QueryObserver(client, {
    queryKey: key,
    queryFn: () => ++asked,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const stop = observer.subscribe(() => undefined)
  return { client, asked: () => asked, stop }
}
const turn = () => new Promise((resolve) => void setTimeout(resolve))

test('a thousand changes ask once at once and once more at the end of the pause', async () => {
  const { clock, fire } = fakeClock()
  const { client, asked, stop } = watching(['tiles', {}])
  await turn()
  const before = asked()
  const refresh = createRefresh(client, clock)
  for (let i = 0; i < 1000; i++) refresh('tiles')
  await turn()
  expect(asked() - before).toBe(1)
  fire()
  await turn()
  expect(asked() - before).toBe(2)
  fire()
  await turn()
  expect(asked() - before).toBe(2)
  stop()
})

test('another machine does not make this page ask', async () => {
  const { clock } = fakeClock()
  const { client, asked, stop } = watching(['machine', { path: { id: 'A' } }])
  await turn()
  const before = asked()
  const refresh = createRefresh(client, clock)
  refresh('machine', 'B')
  await turn()
  expect(asked()).toBe(before)
  refresh('machine', 'A')
  await turn()
  expect(asked()).toBe(before + 1)
  stop()
})

test('an answer that takes longer than the pause comes all the same, and is asked once more after it', async () => {
  const { clock, fire } = fakeClock()
  const client = new QueryClient()
  const answers: ((n: number) => void)[] = []
  const observer = new QueryObserver(client, {
    queryKey: ['tiles', {}],
    queryFn: () => new Promise<number>((resolve) => void answers.push(resolve)),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const stop = observer.subscribe(() => undefined)
  answers[0]?.(1)
  await turn()
  const refresh = createRefresh(client, clock)
  refresh('tiles')
  for (let pause = 0; pause < 3; pause++) {
    refresh('tiles')
    fire()
    await turn()
  }
  expect(answers).toHaveLength(2)
  answers[1]?.(2)
  await turn()
  expect(observer.getCurrentResult().data).toBe(2)
  fire()
  await turn()
  expect(answers).toHaveLength(3)
  stop()
})
