import type { LiveMessage } from '@pumphandle/shared/api'
import { type LinkState, openLive } from '@pumphandle/shared/client'
import type { Clock } from '@pumphandle/shared/clock'
import { LIVE_BEAT } from '@pumphandle/shared/time'
import { beforeEach, expect, test } from 'vitest'

/** A clock that a test moves by hand. */
class HandClock implements Clock {
  #now = 0
  #due: { at: number; run: () => void }[] = []
  now = () => this.#now
  after = (ms: number, run: () => void) => {
    const entry = { at: this.#now + ms, run }
    this.#due.push(entry)
    return () => void (this.#due = this.#due.filter((other) => other !== entry))
  }
  every = () => () => undefined
  advance(ms: number): void {
    this.#now += ms
    const due = this.#due.filter(({ at }) => at <= this.#now)
    this.#due = this.#due.filter(({ at }) => at > this.#now)
    for (const { run } of due) run()
  }
}

let clock: HandClock
/** The collector's ends of the streams that were asked for; `undefined` never answers. */
let answers: (ReadableStreamDefaultController<Uint8Array> | 'hangs')[]
let states: LinkState[]
let messages: LiveMessage[]

beforeEach(() => {
  clock = new HandClock()
  answers = []
  states = []
  messages = []
})

function open(hangs = false) {
  return openLive({
    clock,
    onMessage: (message) => messages.push(message),
    onState: (state) => states.push(state),
    fetch: (_url, init) =>
      new Promise<Response>((answer, fail) => {
        init?.signal?.addEventListener('abort', () => fail(new Error('aborted')))
        if (hangs) return void answers.push('hangs')
        const body = new ReadableStream<Uint8Array>({
          start(controller) {
            answers.push(controller)
            init?.signal?.addEventListener('abort', () => controller.error(new Error('aborted')))
          },
        })
        answer(new Response(body))
      }),
  })
}
const settle = () => new Promise((done) => setTimeout(done))
function say(message: LiveMessage): Promise<unknown> {
  const stream = answers.at(-1)
  if (stream && stream !== 'hangs') stream.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(message)}\n\n`))
  return settle()
}

test('is live with the first message, and not with an answer that a proxy holds back', async () => {
  const link = open()
  await settle()
  expect(states).toEqual(['connecting'])
  await say({ type: 'hello', at: 1, version: '1' })
  expect(states).toEqual(['connecting', 'live'])
  link.end()
})

test('after two beats that are missed it is lost, tries again, and is back with the next hello', async () => {
  const link = open()
  await settle()
  await say({ type: 'hello', at: 1, version: '1' })
  for (let beats = 0; beats < 5; beats++) {
    clock.advance(LIVE_BEAT)
    await say({ type: 'beat', at: 1 })
  }
  clock.advance(LIVE_BEAT)
  clock.advance(LIVE_BEAT)
  await settle()
  expect(states.at(-1)).toBe('live')
  clock.advance(LIVE_BEAT)
  await settle()
  expect(states).toEqual(['connecting', 'live', 'lost'])
  clock.advance(LIVE_BEAT)
  await settle()
  expect(answers).toHaveLength(2)
  await say({ type: 'hello', at: 1, version: '1' })
  expect(states.at(-1)).toBe('live')
  link.end()
})

test('a collector that takes the line and does not answer is lost too', async () => {
  const link = open(true)
  await settle()
  clock.advance(3 * LIVE_BEAT)
  await settle()
  expect(states).toEqual(['connecting', 'lost'])
  // who cannot wait until it is due tries at once
  link.retry()
  await settle()
  expect(answers).toHaveLength(2)
  link.end()
})
