import { describe, expect, test } from 'vitest'
import { scanVolume } from '../src/scan.ts'
import type { Boot } from '../src/sources/boots/boot.ts'
import { readStarts } from '../src/sources/starts/starts.ts'
import { Volume } from '../src/volume/volume.ts'
import { Story } from './support/story.ts'
import { writeDump } from './support/write-dump.ts'
import { writeEvtx } from './support/write-evtx.ts'
import { writeVolume } from './support/write-volume.ts'

const MORNING = Date.parse('2024-07-18T07:30:00.000Z')
const HOUR = 3_600_000
const LOG = 'Windows/System32/winevt/Logs/System.evtx'

describe('how a boot ended', () => {
  test('cleanly: the kernel says when', async () => {
    const story = new Story().boot(MORNING).shutdown(MORNING + 9 * HOUR)
    story.boot(MORNING + 24 * HOUR, { kernelStop: MORNING + 9 * HOUR + 4_000 })
    const [first] = await bootsOf(story)
    expect(first).toMatchObject({ end: 'clean', endedAt: '2024-07-18T16:30:04.000Z', start: 'cold', os: '19045.4651' })
    expect(first?.endReason).toBe('asked for by winlogon.exe, reason 0x500ff')
  })

  test('with the power button: no crash', async () => {
    const story = new Story().boot(MORNING).boot(MORNING + HOUR, { unclean: true })
    story.uncleanStart(MORNING + HOUR + 5_000, { powerButtonAt: 133_657_000_000_000_000n })
    const scan = await scanVolume(volumeOf(story))
    expect(scan.boots[0]).toMatchObject({ end: 'unexpected', endReason: 'forced off with the power button' })
    expect(scan.boots[1]?.previous).toMatchObject({ end: 'unexpected', reason: 'forced off with the power button' })
    expect(scan.crashes).toEqual([])
  })

  test('with the power button held, as newer Windows tells it', async () => {
    const story = new Story().boot(MORNING).boot(MORNING + HOUR, { unclean: true })
    story.uncleanStart(MORNING + HOUR + 5_000)
    Object.assign(story.events.at(-1)?.data ?? {}, { LongPowerButtonPressDetected: 'true' })
    expect((await bootsOf(story))[0]).toMatchObject({ endReason: 'forced off with the power button' })
  })

  test('by a power button that is held, for which Windows stops itself: a bugcheck that names nobody, forced off', async () => {
    const held = { stopCode: 0x1c8, parameters: [0x10n, 0n, 0n, 0n] as [bigint, bigint, bigint, bigint] }
    const story = new Story('PC-1', '22631.3880').boot(MORNING).boot(MORNING + HOUR, { unclean: true })
    story.uncleanStart(MORNING + HOUR + 5_000, { bugcheck: held }).bugcheckReport(MORNING + HOUR + 9_000, held)
    const dump = writeDump({ ...held, crashedAt: MORNING + HOUR - 60_000, uptimeSeconds: 59 * 60, modules: [] })
    for (const files of [{}, { 'Windows/Minidump/1.dmp': dump }]) {
      const { boots, crashes } = await scanVolume(volumeOf(story, files))
      expect(boots[0]).toMatchObject({ end: 'bugcheck', endReason: 'forced off with the power button' })
      expect(boots[1]?.previous).toMatchObject({ end: 'bugcheck', reason: 'forced off with the power button' })
      expect(crashes).toMatchObject([{ stopName: 'MANUALLY_INITIATED_POWER_BUTTON_HOLD', culprit: null }])
    }
  })

  test('in a sleep from which the machine did not wake: no crash', async () => {
    const story = new Story().boot(MORNING)
    story.add(MORNING + HOUR, 'Microsoft-Windows-Kernel-Power', 42, { TargetState: '4' })
    story.boot(MORNING + 2 * HOUR, { unclean: true }).uncleanStart(MORNING + 2 * HOUR + 5_000, { isAsleep: true })
    expect((await bootsOf(story))[0]).toMatchObject({ end: 'unexpected', endReason: 'did not wake from sleep' })
  })

  test('by a break in the log: unexpected, though Windows wrote neither 41 nor 6008', async () => {
    const story = new Story().boot(MORNING).boot(MORNING + 60_000)
    expect((await bootsOf(story))[0]).toMatchObject({ end: 'unexpected' })
  })

  test('cleanly, where the kernel says that it goes down and the next start has no complaint', async () => {
    const goesDown = () => new Story().boot(MORNING).add(MORNING + HOUR, 'Microsoft-Windows-Kernel-Power', 109)
    expect((await bootsOf(goesDown().boot(MORNING + 2 * HOUR)))[0]).toMatchObject({ end: 'clean' })
    const hung = goesDown()
      .boot(MORNING + 2 * HOUR, { unclean: true })
      .uncleanStart(MORNING + 2 * HOUR + 5_000)
    expect((await bootsOf(hung))[0]).toMatchObject({ end: 'unexpected' })
  })

  test('by what its kernel had still to say as the next start was under way, and not the next boot by that', async () => {
    const story = new Story().boot(MORNING).shutdown(MORNING + HOUR)
    const next = new Story().boot(MORNING + 2 * HOUR).events
    const word = next.findIndex(({ eventId }) => eventId === 12)
    for (const { at, provider, eventId, data } of next.slice(0, word)) story.add(at, provider, eventId, data)
    story.add(MORNING + HOUR + 5_000, 'Microsoft-Windows-Kernel-Power', 109)
    for (const { at, provider, eventId, data } of next.slice(word)) story.add(at, provider, eventId, data)
    story.boot(MORNING + 3 * HOUR)
    expect((await bootsOf(story)).map(({ end }) => end)).toEqual(['clean', 'unexpected', 'unknown'])
  })

  test('by what Windows noted beside the log, where that is later than the last record and can be', async () => {
    const endedAt = async (alive: number): Promise<unknown> => {
      const story = new Story().boot(MORNING).add(MORNING + HOUR, 'Filler', 1)
      const systemtime = (at: number): Buffer => {
        const time = new Date(at)
        const fields = [time.getUTCFullYear(), time.getUTCMonth() + 1, time.getUTCDay(), time.getUTCDate()]
        fields.push(time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds(), time.getUTCMilliseconds())
        return Buffer.from(Uint16Array.from(fields).buffer)
      }
      const local = systemtime(alive - 4 * HOUR)
      story.boot(MORNING + 3 * HOUR, { unclean: true }).uncleanStart(MORNING + 3 * HOUR + 4_000)
      const told = story.events.find(({ eventId }) => eventId === 6008)
      if (told)
        told.data = {
          '#list': ['13:34:44', '18.07.2024'],
          '#binary': Buffer.concat([local, systemtime(alive), local, local]),
        }
      const { boots } = await scanVolume(writeVolume({ [LOG]: writeEvtx(story.events) }))
      return boots[0]?.endedAt
    }
    expect(await endedAt(MORNING + 2 * HOUR)).toBe(new Date(MORNING + 2 * HOUR).toISOString())
    // before the last record, and after the next start
    expect(await endedAt(MORNING)).toBe(new Date(MORNING + HOUR).toISOString())
    expect(await endedAt(MORNING + 5 * HOUR)).toBe(new Date(MORNING + HOUR).toISOString())
  })

  test('is unknown where records are missing', async () => {
    const story = new Story().boot(MORNING).boot(MORNING + HOUR)
    for (const event of story.events.slice(4)) event.recordId += 100
    expect((await bootsOf(story))[0]).toMatchObject({ end: 'unknown' })
  })
})

describe('what a boot is', () => {
  test('sleep and resume are none', async () => {
    const story = new Story().boot(MORNING)
    story.add(MORNING + HOUR, 'Microsoft-Windows-Kernel-Power', 42, { TargetState: '4' })
    story.add(MORNING + 2 * HOUR, 'Microsoft-Windows-Kernel-Power', 107, {})
    story.add(MORNING + 3 * HOUR, 'Microsoft-Windows-Kernel-Power', 506, {})
    story.add(MORNING + 4 * HOUR, 'Microsoft-Windows-Kernel-Power', 507, {})
    story.add(MORNING + 5 * HOUR, 'Microsoft-Windows-Kernel-Boot', 27, { BootType: '2' })
    expect(await bootsOf(story)).toHaveLength(1)
  })

  test('fast start-up is one, after a clean end, and not a cold one', async () => {
    const story = new Story().boot(MORNING)
    story.add(MORNING + HOUR, 'Microsoft-Windows-Kernel-Power', 42, { TargetState: '5' })
    story.add(MORNING + 20 * HOUR, 'Microsoft-Windows-Kernel-Boot', 27, { BootType: '1' })
    expect(await bootsOf(story)).toMatchObject([
      { start: 'cold', end: 'clean', endReason: 'shut down with fast start-up' },
      { start: 'fast-startup', previous: { end: 'clean' } },
    ])
  })

  test('the event log service alone started again, of which the log goes on, is none either', async () => {
    const restarted = (until: number) =>
      new Story()
        .boot(MORNING)
        .add(MORNING + HOUR, 'EventLog', 6006, [])
        .add(MORNING + 2 * HOUR, 'EventLog', 6009, ['10.00.', '19045', '', 'Multiprocessor Free', '0'])
        .add(MORNING + 2 * HOUR, 'EventLog', 6005, [])
        .add(until, 'Filler', 1)
    expect(await bootsOf(restarted(MORNING + 3 * HOUR))).toMatchObject([{ end: 'unknown', endedAt: null }])
    // the kernel's word of a start may not be written yet
    expect(await bootsOf(restarted(MORNING + 2 * HOUR + 10_000))).toHaveLength(2)
  })

  test('the event log service alone started again is none', async () => {
    const story = new Story().boot(MORNING)
    story.add(MORNING + HOUR, 'EventLog', 6006, [])
    story.add(MORNING + HOUR + 1_000, 'EventLog', 6005, [])
    story.add(MORNING + 2 * HOUR, 'EventLog', 6006, [])
    story.boot(MORNING + 3 * HOUR, { kernelStop: MORNING + 2 * HOUR + 3_000 })
    expect(await bootsOf(story)).toMatchObject([{ end: 'clean' }, { end: 'unknown' }])
  })

  test('Safe Mode is told', async () => {
    expect(await bootsOf(new Story().boot(MORNING, { mode: 2 }))).toMatchObject([{ safeMode: 'network' }])
    expect(await bootsOf(new Story('PC-1', '7601.24214').boot(MORNING, { mode: 1 }))).toMatchObject([
      { safeMode: 'minimal', os: '7601.24214' },
    ])
    const byLoader = new Story().boot(MORNING)
    Object.assign(byLoader.events.at(-1)?.data ?? {}, { LoadOptions: ' SAFEBOOT:NETWORK NOEXECUTE=OPTIN' })
    expect(await bootsOf(byLoader)).toMatchObject([{ safeMode: 'network' }])
    expect((await bootsOf(new Story().boot(MORNING)))[0]).not.toHaveProperty('safeMode')
  })

  test('holds where the clock jumps by hours within a start', async () => {
    const story = new Story().boot(MORNING).shutdown(MORNING + HOUR)
    story.boot(MORNING - 8 * HOUR, { kernelStop: MORNING + HOUR + 2_000 })
    story.add(MORNING + HOUR + 60_000, 'EventLog', 6013, ['', '', '', '', '60', '', ''])
    expect((await bootsOf(story)).map(({ end }) => end)).toEqual(['clean', 'unknown'])
  })
})

describe('bugchecks and boots', () => {
  const parameters: [bigint, bigint, bigint, bigint] = [0xffffc00000000005n, 0xfffff80112345678n, 0n, 0n]

  test('a machine that crashes before its log starts has its boots from the dumps', async () => {
    const dumps = [1, 2, 3].map((count) =>
      writeDump({
        stopCode: 0x7e,
        parameters: [BigInt(count), 0xfffff80112345678n, 0n, 0n],
        crashedAt: MORNING + HOUR + count * 60_000 + 20_000,
        uptimeSeconds: 20,
        modules: [],
      }),
    )
    const dir = volumeOf(
      new Story().boot(MORNING),
      Object.fromEntries(dumps.map((dump, index) => [`Windows/Minidump/${index}.dmp`, dump])),
    )
    const scan = await scanVolume(dir)
    expect(scan.boots.map(({ end, seenIn }) => [end, seenIn])).toEqual([
      ['unknown', 'event-log'],
      ['bugcheck', 'minidump'],
      ['bugcheck', 'minidump'],
      ['bugcheck', 'minidump'],
    ])
    expect(scan.crashes.map(({ uptimeSeconds }) => uptimeSeconds)).toEqual([20, 20, 20])
  })

  test('minidump and MEMORY.DMP of one crash are one crash', async () => {
    const crash = { stopCode: 0x7e, parameters, crashedAt: MORNING + HOUR, uptimeSeconds: 3600, modules: [] }
    const story = new Story().boot(MORNING).boot(MORNING + HOUR + 60_000, { unclean: true })
    story.uncleanStart(MORNING + HOUR + 65_000, { bugcheck: { stopCode: 0x7e, parameters } })
    const dir = volumeOf(story, {
      'Windows/Minidump/1.dmp': writeDump(crash),
      'Windows/MEMORY.DMP': writeDump({ ...crash, type: 6 }),
    })
    const { crashes, boots } = await scanVolume(dir)
    expect(crashes).toMatchObject([
      { bootId: boots[0]?.bootId, at: '2024-07-18T08:30:00.000Z', sources: ['log-41', 'minidump', 'memory-dump'] },
    ])
  })

  test('an old log tells of a bugcheck under its old name, without names of fields and with short parameters', async () => {
    const told = { stopCode: 0x1000008e, parameters: [0xc0000005n, 0x8f000123n, 0xa1b2c3d4n, 0n] as typeof parameters }
    const story = new Story('PC-1', '7601.17514').boot(MORNING).boot(MORNING + HOUR, { unclean: true })
    story.uncleanStart(MORNING + HOUR + 5_000, { bugcheck: told })
    story.add(MORNING + HOUR + 9_000, 'BugCheck', 1001, [
      '0x1000008e (0xc0000005, 0x8f000123, 0xa1b2c3d4, 0x00000000)',
      'C:\\Windows\\Minidump\\071824-01.dmp',
      '071824-01',
    ])
    expect((await scanVolume(volumeOf(story))).crashes).toMatchObject([
      { stopCode: '0x1000008e', dump: '071824-01.dmp', sources: ['log-41', 'log-1001'] },
    ])
  })

  test('two crashes with the same stop code in a row stay two', async () => {
    const story = new Story().boot(MORNING)
    for (const hour of [1, 2]) {
      const told = { stopCode: 0x7e, parameters: [BigInt(hour) << 32n, 0n, 0n, 0n] as typeof parameters }
      story.boot(MORNING + hour * HOUR, { unclean: true })
      story.uncleanStart(MORNING + hour * HOUR + 5_000, { bugcheck: told })
      story.bugcheckReport(MORNING + hour * HOUR + 9_000, told)
    }
    const { crashes } = await scanVolume(volumeOf(story))
    expect(crashes.map(({ sources }) => sources)).toEqual([
      ['log-41', 'log-1001'],
      ['log-41', 'log-1001'],
    ])
    expect(new Set(crashes.map(({ id }) => id)).size).toBe(2)
  })

  test('a crash before the log could start keeps its id when its dump comes, and is not blamed on a clean end', async () => {
    const bugcheck = { stopCode: 0x7e, parameters }
    const story = new Story().boot(MORNING).shutdown(MORNING + HOUR)
    story.boot(MORNING + 2 * HOUR, { kernelStop: MORNING + HOUR + 3_000, unclean: true })
    story.uncleanStart(MORNING + 2 * HOUR + 5_000, { bugcheck })
    const early = await scanVolume(volumeOf(story))
    const dump = { ...bugcheck, crashedAt: MORNING + 2 * HOUR - 60_000, uptimeSeconds: 15, modules: [] }
    const late = await scanVolume(volumeOf(story, { 'Windows/Minidump/1.dmp': writeDump(dump) }))
    expect(early.crashes.map(({ id }) => id)).toEqual(['bugcheck:before:2024-07-18T09:30:00.000Z'])
    expect(late.crashes.map(({ id }) => id)).toEqual(early.crashes.map(({ id }) => id))
    expect(early.boots.map(({ end, previous }) => [end, previous.end])).toEqual([
      ['clean', 'unknown'],
      ['unknown', 'bugcheck'],
    ])
    expect(late.boots.map(({ end }) => end)).toEqual(['clean', 'bugcheck', 'unknown'])
  })

  test('the newest part of a log and all of it give a crash the same id', () => {
    const story = new Story().boot(MORNING)
    const dumps: Record<string, Buffer> = {}
    for (let count = 1; count <= 30; count++) {
      const start = MORNING + count * HOUR
      const told = { stopCode: 0x7e, parameters: [BigInt(count) << 32n, 0n, 0n, 0n] as typeof parameters }
      story.boot(start, { unclean: true }).uncleanStart(start + 5_000, { bugcheck: told })
      for (let filler = 0; filler < 60; filler++) story.add(start + 60_000, 'Filler', 1, { text: 'x'.repeat(200) })
      dumps[`Windows/Minidump/${count}.dmp`] = writeDump({
        ...told,
        crashedAt: start - 60_000,
        uptimeSeconds: 59 * 60,
        modules: [],
      })
    }
    const volume = new Volume(volumeOf(story, dumps))
    const recent = readStarts(volume, 'recent').facts.crashes
    const all = readStarts(volume, 'all').facts.crashes
    expect(all).toHaveLength(30)
    expect(recent.length).toBeGreaterThan(0)
    expect(recent.length).toBeLessThan(12)
    expect(recent.map(({ id }) => id)).toEqual(all.slice(-recent.length).map(({ id }) => id))
    volume.close()
  })

  test('the newest part of a long log tells the same last boots as all of it', () => {
    const story = new Story().boot(MORNING)
    for (let day = 1; day <= 40; day++) {
      for (let filler = 0; filler < 40; filler++)
        story.add(MORNING + day * HOUR, 'Filler', 1, { text: 'x'.repeat(200) })
      story.shutdown(MORNING + day * HOUR)
      story.boot(MORNING + day * HOUR + 60_000, { kernelStop: MORNING + day * HOUR + 2_000 })
    }
    const volume = new Volume(volumeOf(story))
    const recent = readStarts(volume, 'recent').facts.boots
    const all = readStarts(volume, 'all').facts.boots
    expect(all).toHaveLength(41)
    expect(recent.length).toBeLessThan(20)
    expect(recent.length).toBeGreaterThan(0)
    expect(recent).toEqual(all.slice(-recent.length))
    volume.close()
  })
})

async function bootsOf(story: Story): Promise<Boot[]> {
  return (await scanVolume(volumeOf(story))).boots
}

function volumeOf(story: Story, files: Record<string, Buffer> = {}): string {
  return writeVolume({ [LOG]: writeEvtx(story.events), ...files })
}
