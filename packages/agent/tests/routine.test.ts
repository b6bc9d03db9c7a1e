import { serviceControlOf } from '@pumphandle/shared/windows-service'
import type { Component } from '@pumphandle/shared/wire'
import { describe, expect, it } from 'vitest'
import { createDiskWatch } from '../src/live/disk.ts'
import { createServiceWatch } from '../src/live/services.ts'
import { changesSince } from '../src/run/component-memory.ts'
import { inventoryEvent } from '../src/run/inventory-memory.ts'
import { resumedBoot } from '../src/run/routine.ts'
import { createLossWatch, TICK_MS } from '../src/spool/network-loss.ts'
import type { ServiceState } from '../src/windows/service-states.ts'

const falcon = (version: string, arrivedAt?: number): Component => ({
  kind: 'content',
  name: 'falcon/291',
  version,
  ...(arrivedAt !== undefined && { arrivedAt }),
})

describe('changes of components', () => {
  const first = changesSince(undefined, [falcon('04:00')], ['content'], 100).known

  it('tell nothing the first time: the inventory does', () => {
    expect(changesSince(undefined, [falcon('04:00')], ['content'], 100).events).toEqual([])
  })
  it('tell old and new version, and when the file came', () => {
    const [event] = changesSince(first, [falcon('04:09', 90)], ['content'], 100).events
    expect(event).toMatchObject({ version: '04:09', previousVersion: '04:00', at: 90 })
  })
  it('tell that a component went, if its kind was read in full', () => {
    expect(changesSince(first, [], ['content'], 100).events[0]).not.toHaveProperty('version')
    expect(changesSince(first, [], ['driver'], 100).events).toEqual([])
  })
  it('have the same id when a power cut makes the agent notice twice', () => {
    const once = changesSince(first, [falcon('04:09')], ['content'], 100).events[0]
    const again = changesSince(first, [falcon('04:09')], ['content'], 99_999).events[0]
    expect(again?.id).toBe(once?.id)
  })
  it('have ids of their own when a version comes, goes and comes again', () => {
    const ids: string[] = []
    let known = first
    for (const version of ['04:09', '04:00', '04:09', '04:00']) {
      const changes = changesSince(known, [falcon(version)], ['content'], 100)
      known = changes.known
      ids.push(...changes.events.map(({ id }) => id))
    }
    expect(new Set(ids).size).toBe(4)
  })
})

describe('the inventory', () => {
  const content = { components: [falcon('04:00')], complete: [] }
  it('is told once for each state, also when a state comes back', () => {
    const first = inventoryEvent(undefined, content, 1)
    expect(inventoryEvent(first?.told, content, 2)).toBeUndefined()
    const second = inventoryEvent(first?.told, { ...content, components: [] }, 3)
    const third = inventoryEvent(second?.told, content, 4)
    expect(new Set([first?.event.id, second?.event.id, third?.event.id]).size).toBe(3)
  })
})

describe('a loss of the network', () => {
  const MINUTE = 60_000
  const BOOT = { bootId: 'b', startedAt: 0 }

  /** A watch that ticks through minutes; the clock is told where it goes. */
  function watched(remembered?: unknown) {
    const time = { now: 60 * MINUTE }
    const watch = createLossWatch(remembered, BOOT, { now: () => time.now })
    const told: unknown[] = []
    function pass(minutes: number): void {
      for (let ticks = 0; ticks < minutes * 2; ticks++) {
        time.now += TICK_MS
        const { loss } = watch.tick()
        if (loss) told.push([loss.at, loss.until])
      }
    }
    return { time, watch, told, pass }
  }

  it('is told with its begin and end, and not where it was short', () => {
    const { time, watch, pass } = watched()
    watch.begin()
    pass(10)
    expect(watch.begin()).toBeUndefined()
    expect(watch.end()).toMatchObject({ at: 60 * MINUTE, until: 70 * MINUTE })
    watch.begin()
    time.now += 40_000
    expect(watch.end()).toBeUndefined()
    expect(watch.end()).toBeUndefined()
  })

  it('is none in a night asleep, and counts what was awake of a longer one', () => {
    const { time, watch, told, pass } = watched()
    watch.begin()
    time.now += 14 * 60 * MINUTE
    expect(watch.end()).toBeUndefined()
    const begun = time.now
    watch.begin()
    pass(5)
    time.now += 14 * 60 * MINUTE
    pass(5)
    expect(told).toEqual([[begun, begun + 5 * MINUTE]])
    expect(watch.end()).toMatchObject({ until: time.now })
    watch.begin()
    time.now -= 60 * MINUTE
    expect(watch.end()).toBeUndefined()
  })

  it('is none while a network comes up after a start or a wake', () => {
    const { time, watch, pass } = watched()
    time.now = MINUTE
    watch.begin()
    pass(2)
    expect(watch.end()).toBeUndefined()
    time.now = 60 * MINUTE
    watch.begin()
    time.now += 60 * MINUTE
    pass(2)
    expect(watch.end()).toBeUndefined()
  })

  it('goes on after a restart of the agent, and not after one of Windows', () => {
    const since = { since: 40 * MINUTE, bootId: 'b', seen: 57 * MINUTE }
    expect(watched(since).watch.end()).toMatchObject({ at: 40 * MINUTE, until: 60 * MINUTE })
    expect(watched({ ...since, seen: 45 * MINUTE }).watch.end()).toMatchObject({ until: 45 * MINUTE })
    expect(watched({ ...since, bootId: 'a' }).watch.end()).toBeUndefined()
    expect(watched(null).watch.end()).toBeUndefined()
  })
})

describe('the boot that hello tells of', () => {
  const known = { bootId: 'monday', startedAt: 100, previousEnd: 'bugcheck' } as const
  const boot = (bootId: string, at: number, start: 'cold' | 'fast-startup') =>
    ({ id: bootId, at, type: 'boot', bootId, start, previous: { end: 'clean' } }) as const

  it('is the session that fast start-up resumed since', () => {
    const events = [boot('monday', 100, 'cold'), boot('tuesday', 200, 'fast-startup')]
    expect(resumedBoot(events, known, 300)).toEqual({ bootId: 'tuesday', startedAt: 200, previousEnd: 'clean' })
  })
  it('stays where nothing was resumed', () => {
    expect(resumedBoot([boot('monday', 100, 'cold')], known, 300)).toBeUndefined()
    expect(resumedBoot([boot('sunday', 50, 'fast-startup'), boot('monday', 100, 'cold')], known, 300)).toBeUndefined()
  })
})

describe('free space', () => {
  const GIB = 1024 ** 3
  const minutes = (n: number): number => n * 60_000
  it('falling fast is told once in six hours', () => {
    const watch = createDiskWatch()
    const told = Array.from({ length: 60 }, (_, n) => watch.measured(minutes(n), (20 - n * 0.1) * GIB)).filter(Boolean)
    expect(told).toHaveLength(1)
    expect(told[0]?.bytesPerHour).toBeCloseTo(6 * GIB, -9)
  })
  it('that is ample, or falls slowly, is not', () => {
    const ample = createDiskWatch()
    const slow = createDiskWatch()
    for (let n = 0; n < 120; n++) {
      expect(ample.measured(minutes(n), (500 - n) * GIB)).toBeUndefined()
      expect(slow.measured(minutes(n), (20 - n * 0.001) * GIB)).toBeUndefined()
    }
  })
})

describe('services of sensors', () => {
  it('are told at start and at each change, with whether they failed', () => {
    let now: { state: ServiceState; failed: boolean } = { state: 'running', failed: false }
    const states = { state: () => now, processId: () => 0, close: () => undefined }
    const watch = createServiceWatch(states, 'boot', { now: () => 7 })
    const falconService = [{ service: 'CSFalconService', product: 'falcon' }]
    expect(watch.look(falconService)).toMatchObject([{ state: 'running', product: 'falcon' }])
    expect(watch.look(falconService)).toEqual([])
    now = { state: 'stopped', failed: true }
    expect(watch.look(falconService)).toMatchObject([{ state: 'stopped', previousState: 'running', unexpected: true }])
  })
})

describe('what Windows tells a service', () => {
  it.each([
    [1, 0, 'stop'],
    [5, 0, 'shutdown'],
    [0xf, 0, 'preshutdown'],
    [0xd, 4, 'suspend'],
    [0xd, 0x12, 'resume'],
    [0xd, 7, undefined],
    [4, 0, 'ask'],
    [128, 0, undefined],
  ])('control %i, event %i means %s', (code, eventType, means) => expect(serviceControlOf(code, eventType)).toBe(means))
})
