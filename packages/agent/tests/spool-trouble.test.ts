import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { AgentEvent } from '@pumphandle/shared/wire'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type SmallDisk, smallDisk } from '../../../tests/support/small-disk.ts'
import { openSpool, type Spool } from '../src/spool/spool.ts'
import { memoryFolder } from './support/memory-folder.ts'

const clock = { now: () => 1_000 }
const crash = (id: string): AgentEvent => ({ id, at: 1, type: 'crash', kind: 'bugcheck', stopName: 'X'.repeat(200) })
const rows = (spool: Spool) => spool.next(1000, 1e9, new Set())
const idsOf = (spool: Spool): string[] => rows(spool).map(({ body }) => (JSON.parse(body) as AgentEvent).id)
const many = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => crash(`c${from + i}`))

/** Two pages in the middle; the head and the index are whole. */
function damage(path: string): void {
  const { size } = statSync(path)
  const file = openSync(path, 'r+')
  for (const at of [0.4, 0.45])
    writeSync(file, Buffer.alloc(1024, 0xff), 0, 1024, Math.floor((size * at) / 1024) * 1024)
  closeSync(file)
}

const probe = smallDisk(1)
probe?.remove()

describe.skipIf(!probe)('a disk that is full', () => {
  let disk: SmallDisk
  beforeEach(() => {
    disk = smallDisk(4) as SmallDisk
  })
  afterEach(() => disk.remove())

  it('when the agent starts is no damage: what waits is sent from memory, and the file is whole when there is room', () => {
    const before = openSpool(disk.folder, clock)
    before.offer(many(0, 20), { key: 'kept' })
    before.close()
    const bytes = readFileSync(join(disk.folder, 'spool.sqlite'))
    disk.fill()
    for (let start = 0; start < 3; start++) {
      const spool = openSpool(disk.folder, clock)
      expect(spool).toMatchObject({ trouble: 'full', wasDamaged: false })
      expect(idsOf(spool)).toHaveLength(20)
      expect(spool.recall('key')).toBe('kept')
      spool.close()
      expect(readFileSync(join(disk.folder, 'spool.sqlite')).equals(bytes)).toBe(true)
    }
    const spool = openSpool(disk.folder, clock)
    spool.acknowledge(
      rows(spool)
        .slice(0, 5)
        .map((row) => row.seq),
    )
    spool.offer(many(20, 25))
    expect(spool.retry()).toBe(false)
    disk.free()
    // an acknowledgement of what is on its way comes after the file is back
    const [onItsWay] = rows(spool)
    expect(spool.retry()).toBe(true)
    expect(spool.trouble).toBeUndefined()
    spool.acknowledge([onItsWay?.seq ?? 0])
    spool.close()
    const after = openSpool(disk.folder, clock)
    expect(idsOf(after)).toEqual(many(6, 25).map((event) => event.id))
    expect(after.offer(many(0, 25))).toEqual([])
    after.close()
  })

  it('that fills while the agent runs loses nothing, and neither does a first start on it', () => {
    const spool = openSpool(disk.folder, clock)
    spool.offer(many(0, 5))
    disk.fill()
    // the last room within the file's own pages goes too
    for (let i = 5; i < 400; i += 5) spool.offer(many(i, i + 5))
    expect(spool.trouble).toBe('full')
    expect(spool.count()).toBe(400)
    disk.free()
    expect(spool.retry()).toBe(true)
    spool.close()
    const again = openSpool(disk.folder, clock)
    expect(again.count()).toBe(400)
    again.close()
    for (const name of readdirSync(disk.folder)) rmSync(join(disk.folder, name))
    disk.fill()
    const first = openSpool(disk.folder, clock)
    first.offer(many(0, 3))
    expect(idsOf(first)).toHaveLength(3)
    disk.free()
    expect(first.retry()).toBe(true)
    expect(idsOf(first)).toHaveLength(3)
    first.close()
  })

  it('when a damaged file is found keeps nobody from its events, and what is lost is counted when there is room', () => {
    const before = openSpool(disk.folder, clock)
    before.offer(many(0, 300))
    before.close()
    damage(join(disk.folder, 'spool.sqlite'))
    disk.fill()
    const spool = openSpool(disk.folder, clock)
    expect(spool.trouble).toBeDefined()
    expect(spool.count()).toBeGreaterThan(250)
    spool.offer([crash('now')])
    expect(spool.retry()).toBe(false)
    disk.free()
    expect(spool.retry()).toBe(true)
    const lost = spool.dropped()?.dropped['unreadable'] ?? 0
    expect(lost).toBeGreaterThan(0)
    expect(spool.count() + lost).toBe(301)
    spool.close()
  })

  it('that is read-only is told apart, and nothing is changed on it', () => {
    const before = openSpool(disk.folder, clock)
    before.offer(many(0, 5))
    before.close()
    disk.readOnly(true)
    const spool = openSpool(disk.folder, clock)
    expect(spool.trouble).toBe('read-only')
    expect(idsOf(spool)).toHaveLength(5)
    disk.readOnly(false)
    expect(spool.retry()).toBe(true)
    spool.close()
  })
})

describe('a spool’s file', () => {
  let folder: string
  beforeEach(() => {
    folder = memoryFolder('trouble')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const path = () => join(folder, 'spool.sqlite')

  it('that another program holds is waited for, and what waits in it is not lost', () => {
    const before = openSpool(folder, clock)
    before.offer(many(0, 3))
    before.close()
    const holder = new Sqlite(path())
    holder.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    const spool = openSpool(folder, clock)
    expect(spool.trouble).toBe('locked')
    spool.offer(many(3, 5))
    holder.close()
    expect(spool.retry()).toBe(true)
    expect(new Set(idsOf(spool))).toEqual(new Set(many(0, 5).map((event) => event.id)))
    spool.close()
  })

  it('that is damaged is salvaged event by event, and what is lost is counted', () => {
    const before = openSpool(folder, clock)
    before.offer(many(0, 300))
    before.close()
    damage(path())
    const spool = openSpool(folder, clock)
    expect(spool).toMatchObject({ wasDamaged: true, trouble: undefined })
    const kept = spool.count()
    expect(kept).toBeGreaterThan(250)
    const lost = Object.values(spool.dropped()?.dropped ?? {}).reduce((a, b) => a + b, 0)
    expect(kept + lost).toBe(300)
    expect(existsSync(join(folder, 'spool.damaged.sqlite'))).toBe(true)
    spool.close()
  })

  const overwrite = (from: number, bytes: Buffer): void => {
    const file = openSync(path(), 'r+')
    writeSync(file, bytes, 0, bytes.length, from)
    closeSync(file)
  }
  const BROKEN: readonly (readonly [string, number, () => void])[] = [
    ['whose head is zeros', 300, () => overwrite(0, Buffer.alloc(100))],
    ['whose tables are not described any more', 300, () => overwrite(100, Buffer.alloc(924, 0x55))],
    ['that was cut in half', 100, () => truncateSync(path(), statSync(path()).size / 2)],
    [
      'of which bits are wrong everywhere',
      150,
      () => {
        const bytes = readFileSync(path())
        for (let at = 50; at < bytes.length; at += 1999) bytes[at] = (bytes[at] ?? 0) ^ 0x10
        writeFileSync(path(), bytes)
      },
    ],
  ]
  it.each(BROKEN)('%s gives back what is whole of it, as it was', (_how, atLeast, spoil) => {
    const before = openSpool(folder, clock)
    before.offer(many(0, 300))
    // some have gone, and nobody misses them
    before.offer(many(1000, 1100))
    before.acknowledge(
      rows(before)
        .slice(300)
        .map(({ seq }) => seq),
    )
    before.close()
    spoil()
    const spool = openSpool(folder, clock)
    expect(spool.wasDamaged).toBe(true)
    const originals = new Set(many(0, 300).map((event) => JSON.stringify(event)))
    const kept = rows(spool).filter(({ body }) => originals.has(body))
    expect(kept.length).toBeGreaterThanOrEqual(atLeast)
    const lost = spool.dropped()?.dropped['unreadable'] ?? 0
    expect(lost > 0).toBe(atLeast < 300)
    spool.close()
  })

  it('that is damaged gives back, too, what only the log beside it has', () => {
    const running = openSpool(folder, clock)
    running.offer(many(0, 20))
    const killed = memoryFolder('killed')
    for (const name of ['spool.sqlite', 'spool.sqlite-wal']) copyFileSync(join(folder, name), join(killed, name))
    running.close()
    writeFileSync(join(killed, 'spool.sqlite'), Buffer.alloc(3000, 0x55))
    const spool = openSpool(killed, clock)
    expect(idsOf(spool)).toHaveLength(20)
    spool.close()
    rmSync(killed, { recursive: true })
  })

  it('that passes its check and fails when it is used is salvaged too, and the agent goes on', () => {
    const before = openSpool(folder, clock)
    before.offer(many(0, 10))
    before.close()
    const db = new Sqlite(path())
    db.exec('ALTER TABLE dropped RENAME COLUMN count TO cuont')
    db.close()
    const spool = openSpool(folder, clock)
    expect(spool.wasDamaged).toBe(true)
    expect(idsOf(spool)).toHaveLength(10)
    spool.close()
  })

  it('put aside earlier is not overwritten by one that holds less', () => {
    writeFileSync(join(folder, 'spool.damaged.sqlite'), Buffer.alloc(50_000, 1))
    writeFileSync(path(), 'no database at all')
    const spool = openSpool(folder, clock)
    expect(spool.wasDamaged).toBe(true)
    expect(readdirSync(folder).map((name) => statSync(join(folder, name)).size)).toContain(50_000)
    spool.close()
  })
})
