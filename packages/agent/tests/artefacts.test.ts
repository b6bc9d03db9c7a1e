import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readDumpHeader } from '../src/formats/dump/header.ts'
import { readTriage } from '../src/formats/dump/triage.ts'
import type { EventRecord } from '../src/formats/evtx/event.ts'
import { countRecords, readEvents } from '../src/formats/evtx/log.ts'
import { Problems } from '../src/formats/problem.ts'
import { fileReader } from '../src/formats/reader.ts'
import { scanVolume } from '../src/scan.ts'
import { SYSTEM_EVENTS } from '../src/volume/wanted.ts'
import { artefact, artefactsDir, expectedLines, volumeOf } from './support/artefacts.ts'

const isMissing = artefactsDir === undefined

/** Records behind a damaged one, which a walk that ends there does not have; evtxexport recovers the same. */
const BEHIND_DAMAGE: Partial<Record<string, number>> = {
  'eventlogs/omer_sample-with-zero-data-size-event.evtx': 114,
  'eventlogs/omer_sample_with_a_bad_chunk_magic.evtx': 31,
}

describe.skipIf(isMissing)('real event logs', () => {
  test('yield the records that a walk over every chunk finds, and those behind a damaged one', () => {
    const [header = '', ...rows] = expectedLines('expected-record-counts.tsv')
    const column = header.split('\t').indexOf('walked_records')
    expect(rows.length).toBeGreaterThan(10)
    for (const row of rows) {
      const cells = row.split('\t')
      const file = cells[0] ?? ''
      const count = Number(cells[column]) + (BEHIND_DAMAGE[file] ?? 0)
      expect([file, countRecords(fileReader(artefact(file)), new Problems())]).toEqual([file, count])
    }
  })

  test('are rendered as expected, value by value', () => {
    const read = new Map<string, Map<number, EventRecord>>()
    const expected = expectedLines('expected-events.jsonl').map((line) => JSON.parse(line) as ExpectedEvent)
    expect(expected.length).toBeGreaterThan(100)
    for (const { file, rid, time, channel, provider, id, data } of expected) {
      if (!read.has(file)) read.set(file, eventsOf(file))
      const event = read.get(file)?.get(rid)
      expect(event).toEqual({ recordId: rid, time, channel, provider, eventId: id, computer: event?.computer, data })
    }
  })

  test('are left by their templates and ids alone where nobody wants them, and lose none that somebody does', () => {
    const [, ...rows] = expectedLines('expected-record-counts.tsv')
    for (const file of rows.map((row) => row.split('\t')[0] ?? '')) {
      const all = [...readEvents(fileReader(artefact(file)), new Problems())]
      const isWanted = ({ provider, eventId }: EventRecord) =>
        SYSTEM_EVENTS.get(provider.toLowerCase())?.has(eventId) === true
      const wanted = [...readEvents(fileReader(artefact(file)), new Problems(), { wanted: SYSTEM_EVENTS })]
      expect(wanted.map(({ recordId }) => recordId)).toEqual(all.filter(isWanted).map(({ recordId }) => recordId))
    }
  })

  test('that are damaged say where, and give what is intact', () => {
    const problems = new Problems()
    expect(countRecords(fileReader(artefact('eventlogs/plaso_System2.evtx')), problems)).toBe(283)
    expect(problems.all().map(({ code }) => code)).toEqual(['evtx-truncated'])
  })
})

describe.skipIf(isMissing)('real kernel dumps', () => {
  const expected = JSON.parse(
    artefactsDir ? readFileSync(artefact('expected-dumps.json'), 'utf8') : '[]',
  ) as ExpectedDump[]

  test('give stop code, parameters, times and the list of modules', () => {
    const kernel = expected.filter(({ signature }) => signature === 'PAGEDU64')
    expect(kernel.length).toBe(2)
    for (const dump of kernel) {
      const reader = fileReader(artefact(dump.file))
      const problems = new Problems()
      const header = readDumpHeader(reader, problems)
      if (!header) throw new Error(`${dump.file} was not read`)
      expect(header).toMatchObject({ machine: Number(dump.machine), build: dump.build, processors: dump.cpus })
      expect(header.stopCode).toBe(Number(dump.bugcheck))
      expect(header.parameters).toEqual(dump.params.map(BigInt))
      expect(header.crashedAt).toBe(Date.parse(dump.crashTimeUtc.slice(0, 23).concat('Z')))
      expect(header.uptimeSeconds).toBe(dump.uptimeSeconds)
      const modules = readTriage(reader, problems).modules
      expect(modules.map(({ path, base, size }) => [path, `0x${base.toString(16)}`, size])).toEqual(
        dump.modules.map(({ name, base, size }) => [name, base, size]),
      )
      expect(problems.all()).toEqual([])
    }
  })

  test('of programs are not taken for dumps of the kernel', () => {
    for (const { file } of expected.filter(({ signature }) => signature.startsWith('MDMP'))) {
      const problems = new Problems()
      expect(readDumpHeader(fileReader(artefact(file)), problems)).toBeUndefined()
      expect(problems.all().map(({ code }) => code)).toEqual(['dump-of-a-program'])
    }
  })
})

describe.skipIf(isMissing)('a volume of real artefacts', () => {
  test('of one computer tells its name, build, boots and Defender signatures', async () => {
    const scan = await scanVolume(
      volumeOf({
        'WINDOWS/system32/winevt/logs/System.evtx': artefact('eventlogs/omer_system.evtx'),
        'WINDOWS/system32/config/SYSTEM': artefact('hives/SYSTEM_WIN_10_1709'),
      }),
    )
    expect(scan).toMatchObject({ computerName: 'DESKTOP-2KGM189', os: '15063.413', maker: 'VMware, Inc.' })
    expect(scan.crashes.filter(({ kind }) => kind === 'bugcheck')).toEqual([])
    expect(scan.boots.map(({ startedAt, end }) => [startedAt, end])).toEqual([
      ['2017-07-12T17:16:05.499Z', 'clean'],
      ['2017-07-12T17:18:03.495Z', 'clean'],
      ['2017-07-12T17:20:28.497Z', 'unknown'],
    ])
    expect(scan.components).toContainEqual(
      expect.objectContaining({ kind: 'content', name: 'defender', version: '1.293.1707.0' }),
    )
  })

  test('with a damaged record among its starts tells those behind it', async () => {
    const log = artefact('eventlogs/omer_sample-with-zero-data-size-event.evtx')
    const scan = await scanVolume(volumeOf({ 'Windows/System32/winevt/Logs/System.evtx': log }))
    expect(scan.boots.map(({ startedAt, endedAt, end }) => [startedAt, endedAt, end]).slice(0, 3)).toEqual([
      ['2019-07-24T13:03:47.497Z', '2019-07-24T13:05:27.168Z', 'clean'],
      ['2019-07-24T13:05:29.487Z', '2019-07-24T13:07:16.464Z', 'clean'],
      ['2019-07-24T13:07:18.499Z', '2019-07-24T13:10:11.242Z', 'clean'],
    ])
    expect(scan.osName).toBe('Windows 10 Enterprise 2015 LTSB')
  })

  test('of a server says so without its registry', async () => {
    const log = artefact('eventlogs/plaso_System.evtx')
    const scan = await scanVolume(volumeOf({ 'Windows/System32/winevt/Logs/System.evtx': log }))
    expect(scan).toMatchObject({ osName: 'Windows Server 2008 R2 Standard', os: '7601.17514' })
    expect(scan.boots[5]).toMatchObject({ endReason: 'asked for by Explorer.EXE, reason 0x84010001' })
  })

  test('with a bugcheck in its log tells one crash, and a power cut is none', async () => {
    const scan = await scanVolume(
      volumeOf({ 'Windows/System32/winevt/Logs/System.evtx': artefact('eventlogs/pyevtx_system.evtx') }),
    )
    expect(scan.crashes.filter(({ kind }) => kind === 'bugcheck')).toMatchObject([
      {
        stopCode: '0x00010001',
        dump: 'MEMORY.DMP',
        sources: ['log-41', 'log-1001'],
        bootId: '2012-03-15T22:34:05.500Z',
      },
    ])
    expect(scan.boots.map(({ end }) => end)).toEqual(['clean', 'clean', 'bugcheck', 'unexpected', 'unknown'])
  })

  test('with dumps alone tells crashes, boots and who was at fault', async () => {
    const scan = await scanVolume(
      volumeOf({
        'Windows/Minidump/022121-1.dmp': artefact('dumps/rizin_triage_x64.dmp'),
        'Windows/Minidump/091421-1.dmp': artefact('dumps/rizin_triage_arm64.dmp'),
      }),
    )
    expect(scan.boots.map(({ startedAt, end, endReason }) => [startedAt, end, endReason])).toEqual([
      ['2021-02-21T01:38:19.240Z', 'bugcheck', undefined],
      // its dump is one of 0x1C8: somebody held the power button
      ['2021-09-14T02:38:41.441Z', 'bugcheck', 'forced off with the power button'],
    ])
    expect(scan.crashes).toMatchObject([
      {
        process: 'System',
        module: 'amdppm.sys',
        moduleOffset: '0x334c',
        culprit: { driver: 'amdppm.sys', confidence: 'high' },
      },
      { stopName: 'MANUALLY_INITIATED_POWER_BUTTON_HOLD', culprit: null },
    ])
  })
})

function eventsOf(file: string): Map<number, EventRecord> {
  const events = new Map<number, EventRecord>()
  for (const event of readEvents(fileReader(artefact(file)), new Problems())) events.set(event.recordId, event)
  return events
}

interface ExpectedEvent {
  file: string
  rid: number
  time: string
  channel: string
  provider: string
  id: number
  data: [string | null, string][]
}

interface ExpectedDump {
  file: string
  signature: string
  machine: string
  build: number
  cpus: number
  bugcheck: string
  params: string[]
  crashTimeUtc: string
  uptimeSeconds: number
  modules: { name: string; base: string; size: number }[]
}
