import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { describe, expect, it } from 'vitest'
import { openSpool, type Spool } from '../src/spool/spool.ts'
import { memoryFolder } from './support/memory-folder.ts'
import { seededRandom } from './support/mutate.ts'

const FILE = 'spool.sqlite'
const LOG = 'spool.sqlite-wal'
const CUTS = 1_000
/** Twice the frames of the write-ahead log between two foldings into the file: the cuts fall into both. */
const STEPS = 250
const clock = { now: () => 1_000 }

const change = (n: number): AgentEvent => ({
  id: `change:${n}`,
  at: n,
  type: 'component-changed',
  kind: 'content',
  name: 'falcon/291',
  version: `v${n}`,
})

interface Disk {
  database: Buffer
  log: Buffer
}
/** What the outer world was told at a step: these must be there after any later cut, and those must not. */
interface Promises {
  kept: Set<string>
  acknowledged: Set<string>
  counter: number
}

const idsOf = (spool: Spool): string[] =>
  spool.next(10_000, 1e9, new Set()).map(({ body }) => (JSON.parse(body) as AgentEvent).id)
const read = (path: string): Buffer => (existsSync(path) ? readFileSync(path) : Buffer.alloc(0))

/** Runs a spool through many steps and keeps what was on the disk, and what was promised, after each. */
function history(folder: string): { disks: Disk[]; promises: Promises[] } {
  const random = seededRandom(1854)
  const spool = openSpool(folder, clock)
  const kept = new Set<string>()
  const acknowledged = new Set<string>()
  const disks: Disk[] = []
  const promises: Promises[] = []
  for (let step = 0; step < STEPS; step++) {
    if (random() < 0.3) {
      // one transaction a step: between two the log may have been folded and begun anew, which `cut` does not tell
      const sent = spool.next(Math.ceil(random() * 5), 1e6, new Set())
      spool.acknowledge(sent.map(({ seq }) => seq))
      for (const { body } of sent) {
        const { id } = JSON.parse(body) as AgentEvent
        kept.delete(id)
        acknowledged.add(id)
      }
    } else {
      spool.offer([change(step)], { counter: step })
      kept.add(`change:${step}`)
    }
    disks.push({ database: read(join(folder, FILE)), log: read(join(folder, LOG)) })
    const counter = (spool.recall('counter') as number | undefined) ?? -1
    promises.push({ kept: new Set(kept), acknowledged: new Set(acknowledged), counter })
  }
  spool.close()
  return { disks, promises }
}

/**
 * The disk as a power cut during step `step` leaves it. The write-ahead log is written first: its new part is there up to
 * some byte, or came back as zeros, or as garbage. Only a log that is flushed is folded into the file, page by page: some
 * pages are new, some old, one torn.
 */
function cut(before: Disk, after: Disk, random: () => number): Disk {
  const isFolded = !before.database.equals(after.database)
  if (isFolded && random() < 0.7) {
    const database = Buffer.alloc(Math.max(before.database.length, after.database.length))
    before.database.copy(database)
    for (let page = 0; page < database.length; page += 1024) {
      if (random() < 0.5) after.database.copy(database, page, page, Math.min(page + 1024, after.database.length))
    }
    return { database, log: after.log.length > before.log.length ? after.log : before.log }
  }
  const end = Math.floor(before.log.length + random() * Math.max(0, after.log.length - before.log.length))
  const kind = random()
  const written = after.log.length > before.log.length ? after.log.subarray(0, end) : before.log
  const lost = Math.max(0, after.log.length - written.length)
  const rest = kind < 0.4 ? Buffer.alloc(0) : kind < 0.7 ? Buffer.alloc(lost) : Buffer.alloc(lost, 0xa5)
  return { database: before.database, log: Buffer.concat([written, rest]) }
}

describe('a power cut', () => {
  it(`at ${CUTS} random points loses nothing that was promised, and brings nothing back`, () => {
    const folder = memoryFolder('power')
    const { disks, promises } = history(folder)
    const random = seededRandom(23)
    const place = join(folder, 'cut')
    mkdirSync(place)
    for (let n = 0; n < CUTS; n++) {
      const step = 1 + Math.floor(random() * (STEPS - 1))
      const before = disks[step - 1] as Disk
      const { database, log } = cut(before, disks[step] as Disk, random)
      rmSync(place, { recursive: true })
      mkdirSync(place)
      writeFileSync(join(place, FILE), database)
      if (log.length > 0) writeFileSync(join(place, LOG), log)

      const spool = openSpool(place, clock)
      const promised = promises[step - 1] as Promises
      const next = promises[step] as Promises
      const found = new Set(idsOf(spool))
      const counter = (spool.recall('counter') as number | undefined) ?? -1
      const marked = [change(counter)].filter(({ id }) => next.kept.has(id) || next.acknowledged.has(id))
      expect({
        cut: `${n} in step ${step}`,
        isDamaged: spool.wasDamaged,
        lost: [...promised.kept].filter((id) => !next.acknowledged.has(id) && !found.has(id)),
        cameBack: [...promised.acknowledged].filter((id) => found.has(id)),
        // what a source remembers and what it reported did not part: the event up to its mark is known
        isMarkPromised: counter === promised.counter || counter === next.counter,
        unknownAtMark: spool.offer(marked),
      }).toEqual({
        cut: `${n} in step ${step}`,
        isDamaged: false,
        lost: [],
        cameBack: [],
        isMarkPromised: true,
        unknownAtMark: [],
      })
      spool.close()
    }
  })

  it('between two files of a copy leaves a spool that opens', () => {
    const folder = memoryFolder('power')
    const { disks } = history(mkdtempSync(join(folder, 'other-')))
    const place = mkdtempSync(join(folder, 'mixed-'))
    writeFileSync(join(place, FILE), (disks[10] as Disk).database)
    writeFileSync(join(place, LOG), (disks[STEPS - 1] as Disk).log)
    copyFileSync(join(place, LOG), join(place, 'copy'))
    const spool = openSpool(place, clock)
    expect(spool.offer([change(9_999)])).toHaveLength(1)
    spool.close()
  })
})
