import { mkdirSync, mkdtempSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { readFirstSight } from '../src/run/first-sight.ts'
import { scanVolume } from '../src/scan.ts'
import { Story } from './support/story.ts'
import { writeDump } from './support/write-dump.ts'
import { writeEvtx } from './support/write-evtx.ts'
import { writeMemoryDump } from './support/write-memory-dump.ts'

const MORNING = Date.parse('2026-03-02T08:00:00.500Z')
const GIB = 2 ** 30
const CRASH = {
  stopCode: 0x7e,
  parameters: [1n << 40n, 2n, 3n, 4n] as [bigint, bigint, bigint, bigint],
  uptimeSeconds: 60,
}

/** A file that begins with these bytes and is so large; the rest of it takes no room on the disk. */
function writeLarge(dir: string, path: string, bytes: Buffer, size: number): void {
  mkdirSync(join(dir, dirname(path)), { recursive: true })
  writeFileSync(join(dir, path), bytes)
  truncateSync(join(dir, path), size)
}

test.each([
  ['a full dump of 64 GB', writeMemoryDump({ ...CRASH, crashedAt: MORNING, modules: [] }, { type: 1 })],
  [
    'a full dump of 64 GB of which the header alone is sound',
    writeDump({ ...CRASH, crashedAt: MORNING, modules: [], type: 1 }),
  ],
  [
    'a dump of 32-bit Windows',
    writeDump({ ...CRASH, parameters: [1n, 2n, 3n, 4n], crashedAt: MORNING, modules: [], type: 2, machine: 0x014c }),
  ],
])('%s is read by its header', async (_, bytes) => {
  const dir = mkdtempSync(join(tmpdir(), 'large-'))
  writeLarge(dir, 'Windows/MEMORY.DMP', bytes, 64 * GIB)
  const { crashes } = await scanVolume(dir)
  expect(crashes).toMatchObject([{ stopCode: '0x0000007e', at: '2026-03-02T08:00:00.500Z', uptimeSeconds: 60 }])
})

test('a log of 1 GB, most of it empty, tells what is in it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'large-'))
  const story = new Story().boot(MORNING).shutdown(MORNING + 3_600_000)
  writeLarge(dir, 'Windows/System32/winevt/Logs/System.evtx', writeEvtx(story.events), GIB)
  expect((await scanVolume(dir)).boots).toMatchObject([{ end: 'clean' }])
})

test('a crash after months without a start is told with the first look at the whole log, this start at once', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'large-'))
  const crashedAt = MORNING + 90 * 24 * 3_600_000
  const story = new Story().boot(MORNING)
  const filler = ['x'.repeat(400), 'running']
  for (let n = 0; n < 6_000; n++) story.add(MORNING + n * 1_000_000, 'Service Control Manager', 7036, filler)
  const bugcheck = { stopCode: 0x7e, parameters: CRASH.parameters }
  story.boot(crashedAt + 60_000, { unclean: true }).uncleanStart(crashedAt + 70_000, { bugcheck })
  const bytes = writeEvtx(story.events)
  expect(bytes.length).toBeGreaterThan(5_000_000)
  writeLarge(dir, 'Windows/System32/winevt/Logs/System.evtx', bytes, bytes.length)
  const uptimeSeconds = (crashedAt - MORNING) / 1000
  const dump = writeDump({ ...CRASH, uptimeSeconds, crashedAt, modules: [] })
  writeLarge(dir, 'Windows/Minidump/1.dmp', dump, dump.length)
  const now = crashedAt + 80_000
  const first = readFirstSight({ volume: dir, isLive: true, startedAt: crashedAt + 60_000, now })
  const whole = await scanVolume(dir)
  expect(first.boot).toMatchObject({ bootId: whole.boots.at(-1)?.bootId, previousEnd: 'bugcheck' })
  expect(first.events.map(({ type }) => type)).toEqual(['boot'])
  expect(whole.crashes).toMatchObject([{ bootId: whole.boots[0]?.bootId, sources: ['log-41', 'minidump'] }])
})
