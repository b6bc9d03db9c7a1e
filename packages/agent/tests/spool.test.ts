import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSpool, type Spool } from '../src/spool/spool.ts'
import { memoryFolder } from './support/memory-folder.ts'

const clock = { now: () => 1_000 }
const crash = (id: string, more = ''): AgentEvent => ({
  id,
  at: 1,
  type: 'crash',
  kind: 'bugcheck',
  stopName: `X${more}`,
})
const vitals = (n: number): AgentEvent => ({ id: `vitals:${n}`, at: n, type: 'vitals', uptimeSeconds: n })
const boot = (n: number): AgentEvent => ({
  id: `boot:${n}`,
  at: n,
  type: 'boot',
  bootId: String(n),
  start: 'cold',
  previous: { end: 'clean' },
})

let folder: string
let spool: Spool
const idsOf = (some: Spool): string[] =>
  some.next(1000, 1e9, new Set()).map(({ body }) => (JSON.parse(body) as AgentEvent).id)

beforeEach(() => {
  folder = memoryFolder('spool')
  spool = openSpool(folder, clock)
})
afterEach(() => {
  spool.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the spool', () => {
  it.skipIf(process.platform === 'win32')('can be read by its owner alone', () => {
    spool.offer([crash('one')])
    const modes = readdirSync(folder).map((file) => [file, statSync(join(folder, file)).mode & 0o777])
    expect(modes).toEqual([
      ['spool.sqlite', 0o600],
      ['spool.sqlite-shm', 0o600],
      ['spool.sqlite-wal', 0o600],
    ])
  })

  it('keeps each event once, however often a source offers it', () => {
    expect(spool.offer([crash('a'), boot(1)])).toHaveLength(2)
    expect(spool.offer([crash('a'), boot(1)])).toEqual([])
    expect(spool.count()).toBe(2)
  })

  it('does not take an acknowledged event again, but takes a fuller one under the same id', () => {
    spool.offer([crash('a')])
    const [first] = spool.next(10, 1e6, new Set())
    spool.acknowledge([first?.seq ?? 0])
    expect(spool.offer([crash('a')])).toEqual([])
    expect(spool.offer([crash('a', ' with its culprit')])).toHaveLength(1)
    expect(idsOf(spool)).toEqual(['a'])
  })

  it('keeps the fuller version when the acknowledgement of the older one comes late', () => {
    spool.offer([crash('a')])
    const [older] = spool.next(10, 1e6, new Set())
    spool.offer([crash('a', ' with its culprit')])
    spool.acknowledge([older?.seq ?? 0])
    expect(spool.next(10, 1e6, new Set())[0]?.body).toContain('with its culprit')
  })

  it('gives crashes and boots before all else, then the oldest', () => {
    spool.offer([vitals(1), vitals(2), boot(3), crash('c')])
    expect(idsOf(spool)).toEqual(['boot:3', 'c', 'vitals:1', 'vitals:2'])
  })

  it('holds a batch to a count and to bytes, but gives at least one', () => {
    spool.offer([vitals(1), vitals(2), vitals(3)])
    expect(spool.next(2, 1e6, new Set())).toHaveLength(2)
    expect(spool.next(10, 1, new Set())).toHaveLength(1)
  })

  it('leaves out what is under way', () => {
    spool.offer([vitals(1), vitals(2)])
    const [first] = spool.next(1, 1e6, new Set())
    expect(spool.next(10, 1e6, new Set([first?.seq ?? 0]))).toHaveLength(1)
  })

  it('lets the least important go when it is full, counts it, and never a crash for it', () => {
    spool.close()
    spool = openSpool(folder, clock, 4_000)
    spool.offer([crash('first'), boot(1)])
    for (let n = 0; n < 200; n++) spool.offer([vitals(n)])
    spool.offer([crash('last')])
    expect(idsOf(spool).slice(0, 3)).toEqual(['first', 'boot:1', 'last'])
    const lost = spool.dropped()
    expect(lost?.since).toBe(1_000)
    expect(Object.keys(lost?.dropped ?? {})).toEqual(['vitals'])
    expect((lost?.dropped['vitals'] ?? 0) + spool.count() - 3).toBe(200)
    spool.forgetDropped()
    expect(spool.dropped()).toBeUndefined()
  })

  it('stays within its bound when crashes alone fill it', () => {
    spool.close()
    spool = openSpool(folder, clock, 4_000)
    for (let n = 0; n < 200; n++) spool.offer([crash(`c${n}`)])
    expect(idsOf(spool)).toContain('c199')
    expect(idsOf(spool).length).toBeLessThan(80)
    expect(spool.dropped()?.dropped['crash']).toBeGreaterThan(100)
  })

  it('forgets a day’s events from the disk too', () => {
    spool.offer(Array.from({ length: 2_000 }, (_, n) => vitals(n)))
    spool.acknowledge(spool.next(10_000, 1e9, new Set()).map(({ seq }) => seq))
    spool.close()
    const size = statSync(join(folder, 'spool.sqlite')).size
    spool = openSpool(folder, clock)
    expect(spool.count()).toBe(0)
    expect(size).toBeLessThan(1_000_000)
  })

  it('remembers with the events, in the same breath', () => {
    spool.offer([boot(1)], { components: { 'os:windows': '19045.1' } })
    spool.close()
    spool = openSpool(folder, clock)
    expect(spool.recall('components')).toEqual({ 'os:windows': '19045.1' })
    expect(spool.recall('nothing')).toBeUndefined()
  })

  it.each([
    ['full of zeros', (bytes: Buffer) => Buffer.alloc(bytes.length)],
    ['cut off', (bytes: Buffer) => bytes.subarray(0, 700)],
    ['half zeros', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 2048), Buffer.alloc(bytes.length - 2048)])],
    ['text', () => Buffer.from('not a database at all, but long enough to be read as one'.repeat(40))],
  ])('begins anew when its file comes back %s', (_what, damage) => {
    spool.offer([crash('a'), boot(1)])
    spool.close()
    const path = join(folder, 'spool.sqlite')
    writeFileSync(path, damage(readFileSync(path)))
    spool = openSpool(folder, clock)
    expect(spool.wasDamaged).toBe(true)
    // the sources offer it again, under the same ids
    expect(spool.offer([crash('a'), boot(1)])).toHaveLength(2)
  })
})
