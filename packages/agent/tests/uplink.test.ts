import type { AgentEvent } from '@pumphandle/shared/wire'
import { describe, expect, it } from 'vitest'
import type { Spool } from '../src/spool/spool.ts'
import { openSpool } from '../src/spool/spool.ts'
import { createBackoff } from '../src/uplink/backoff.ts'
import { readCollectorFrame, withinBounds } from '../src/uplink/collector-frame.ts'
import { createOutbox } from '../src/uplink/outbox.ts'
import { createPace } from '../src/uplink/pace.ts'
import { memoryFolder } from './support/memory-folder.ts'

describe('backoff', () => {
  it('waits a random share of a bound that doubles to a minute; to five where each try costs the collector a handshake', () => {
    const longest = createBackoff(() => 1)
    expect(Array.from({ length: 8 }, () => longest.next({}))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
    ])
    expect(longest.next({ isCostly: true })).toBe(256_000)
    expect(longest.next({ isCostly: true })).toBe(300_000)
    expect(createBackoff(() => 0).next({})).toBe(0)
  })

  it('takes an answer that says when to come for no failure', () => {
    const backoff = createBackoff(() => 1)
    expect(backoff.next({})).toBe(1_000)
    for (let i = 0; i < 5; i++) expect(backoff.next({ retryAfterMs: 10_000 })).toBe(15_000)
    expect(backoff.next({})).toBe(2_000)
  })

  it('begins again after a connection that held', () => {
    const backoff = createBackoff(() => 1)
    backoff.next({})
    backoff.next({})
    backoff.reset()
    expect(backoff.next({})).toBe(1_000)
  })

  it('never comes back before the collector asked, and spreads the fleet after it', () => {
    expect(createBackoff(() => 0).next({ retryAfterMs: 60_000 })).toBe(60_000)
    expect(createBackoff(() => 1).next({ retryAfterMs: 60_000 })).toBe(90_000)
  })

  it('tries a refusal that needs a person about once an hour', () => {
    expect(createBackoff(() => 0.5).next({ refused: true })).toBe(3_600_000)
  })
})

describe('pace', () => {
  it('lets a burst through, then two frames a second, and never 240 a minute', () => {
    const clock = { at: 0, now: () => clock.at }
    const pace = createPace(clock)
    let sent = 0
    for (; clock.at < 60_000; clock.at += 10) while (pace.take()) sent++
    expect(sent).toBeGreaterThan(150)
    expect(sent).toBeLessThan(240)
    while (pace.take());
    expect(pace.waitMs()).toBeGreaterThan(0)
  })

  it('gives nothing for a clock that is set back', () => {
    const clock = { at: 1_000_000, now: () => clock.at }
    const pace = createPace(clock)
    while (pace.take());
    clock.at = 0
    expect(pace.take()).toBe(false)
  })
})

describe('what the collector says', () => {
  const welcome = (probes: number, intervalSeconds: number, heartbeatSeconds: number) => ({
    type: 'welcome' as const,
    protocol: 1,
    serverTime: 0,
    heartbeatSeconds,
    probes: Array.from({ length: probes }, (_, n) => ({
      name: `p${n}`,
      kind: 'tcp' as const,
      host: 'clinical.example',
      port: 443,
      intervalSeconds,
    })),
  })

  it('is bounded by the agent itself', () => {
    expect(withinBounds(welcome(1, 1, 1))).toMatchObject({ heartbeatSeconds: 5, probes: [{ intervalSeconds: 30 }] })
    expect(withinBounds(welcome(1, 600, 86_400))).toMatchObject({ heartbeatSeconds: 300 })
    expect(withinBounds(welcome(40, 60, 15)).probes).toHaveLength(10)
  })

  it.each(['{}', 'no json', '{"type":"run","command":"cmd.exe"}', '{"type":"ack","batch":-1}', '[]'])(
    'is ignored where it is no frame: %s',
    (text) => expect(readCollectorFrame(text)).toBeUndefined(),
  )
})

describe('the outbox', () => {
  const clock = { now: () => 5 }
  const crash = (id: string): AgentEvent => ({ id, at: 1, type: 'crash', kind: 'bugcheck' })
  function open(): {
    spool: Spool
    frames: { batch: number; events: AgentEvent[] }[]
    box: ReturnType<typeof createOutbox>
  } {
    const frames: { batch: number; events: AgentEvent[] }[] = []
    const send = (frame: string): void => void frames.push(JSON.parse(frame) as (typeof frames)[number])
    return {
      spool: openSpool(memoryFolder('outbox'), clock),
      frames,
      box: createOutbox(send, clock, createPace(clock)),
    }
  }

  it('sends urgent events before they are kept, and not again once they are', () => {
    const { spool, frames, box } = open()
    box.urgent([crash('a')])
    spool.offer([crash('a')])
    box.pump(spool)
    expect(frames.map(({ events }) => events.map(({ id }) => id))).toEqual([['a']])
    box.acknowledged(1)
    box.pump(spool)
    expect(spool.count()).toBe(0)
  })

  it('forgets what was acknowledged before there was a spool', () => {
    const { spool, frames, box } = open()
    box.urgent([crash('a')])
    box.acknowledged(1)
    spool.offer([crash('a'), crash('b')])
    box.pump(spool)
    expect(frames.at(-1)?.events.map(({ id }) => id)).toEqual(['b'])
    expect(spool.count()).toBe(1)
  })

  it('keeps a fuller version that came while the older one was on its way', () => {
    const { spool, frames, box } = open()
    spool.offer([crash('a')])
    box.pump(spool)
    spool.offer([{ ...crash('a'), stopName: 'KNOWN_NOW' } as AgentEvent])
    box.acknowledged(1)
    box.pump(spool)
    expect(JSON.stringify(frames.at(-1))).toContain('KNOWN_NOW')
    expect(spool.count()).toBe(1)
  })

  it('has no more than four batches of 200 unacknowledged', () => {
    const { spool, frames, box } = open()
    spool.offer(Array.from({ length: 1_500 }, (_, n) => crash(`c${n}`)))
    box.pump(spool)
    expect(frames.map(({ events }) => events.length)).toEqual([200, 200, 200, 200])
    box.acknowledged(1)
    box.pump(spool)
    expect(frames).toHaveLength(5)
    const ids = frames.flatMap(({ events }) => events.map(({ id }) => id))
    expect(new Set(ids).size).toBe(1_000)
  })
})
