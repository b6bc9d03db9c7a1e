import { describe, expect, test } from 'vitest'
import { scanVolume } from '../src/scan.ts'
import { Story } from './support/story.ts'
import { writeDump } from './support/write-dump.ts'
import { writeEvtx } from './support/write-evtx.ts'
import { keyAt, mergeKeys, writeHive } from './support/write-hive.ts'
import { type VolumeFiles, writeVolume } from './support/write-volume.ts'

const LOGS = 'Windows/System32/winevt/Logs'
const MORNING = Date.parse('2026-03-02T08:00:00.000Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const systemLog = (story: Story): VolumeFiles => ({ [`${LOGS}/System.evtx`]: writeEvtx(story.events) })
const BUGCHECK = {
  stopCode: 0xd1,
  parameters: [0xfffff80012345670n, 2n, 0n, 0xfffff80012349990n] as [bigint, bigint, bigint, bigint],
}
const ends = async (files: VolumeFiles) => {
  const { boots, crashes, bootLoops, problems } = await scanVolume(writeVolume(files))
  return {
    boots: boots.map((b) => `${b.startedAt.slice(5, 16)} ${b.end}<${b.previous.end}`),
    crashes: crashes.map((c) => `${c.kind} ${c.at.slice(0, 16)} ${c.process ?? ''}`.trim()),
    loops: bootLoops.length,
    codes: [...new Set(problems.map((p) => p.code))],
  }
}
/** The fields of "Application Error". @param id four digits that tell one crash from another */
const appError = (program: string, id = '4829'): string[] =>
  [
    [program, '1.0.0.0', '5f000000', 'ntdll.dll', '10.0.1.1', '5f000001', 'c0000005', '1234', '99'],
    [`01db345e7e38${id}`, 'C:\\x', 'C:\\y', `11111111-1111-1111-1111-11111111${id}`, '', ''],
  ].flat()
/** Where a record of a log's first chunk begins. */
function recordAt(bytes: Buffer, id: number): number {
  let at = 4096 + 512
  while (bytes.readBigUInt64LE(at + 8) !== BigInt(id)) at += bytes.readUInt32LE(at + 4)
  return at
}
const ARCHIVE = `${LOGS}/Archive-System-2026-03-03-09-00-00-123.evtx`

describe('event logs', () => {
  const life = () => {
    const story = new Story().boot(MORNING).shutdown(MORNING + 8 * HOUR)
    story.boot(MORNING + DAY, { kernelStop: MORNING + 8 * HOUR + 1000 })
    const crashAt = MORNING + DAY + 3 * HOUR
    story.add(MORNING + DAY + HOUR, 'Filler', 1)
    const cut = story.events.length
    story.add(MORNING + DAY + HOUR + 1000, 'Microsoft-Windows-Eventlog', 105, {
      Channel: 'System',
      BackupPath: 'C:\\Windows\\System32\\Winevt\\Logs\\Archive-System-2026-03-03-09-00-00-123.evtx',
    })
    story.boot(crashAt, { unclean: true }).uncleanStart(crashAt + 4000, { bugcheck: BUGCHECK })
    return { story, cut }
  }
  test('archived: as if it had been one', async () => {
    const { story, cut } = life()
    const one = await ends(systemLog(story))
    expect(one.boots).toEqual([
      '03-02T08:00 clean<unknown',
      '03-03T08:00 bugcheck<clean',
      '03-03T11:00 unknown<bugcheck',
    ])
    expect(
      await ends({
        [ARCHIVE]: writeEvtx(story.events.slice(0, cut)),
        [`${LOGS}/System.evtx`]: writeEvtx(story.events.slice(cut)),
      }),
    ).toEqual({ ...one, codes: one.codes })
  })
  test('archived amid the boot', async () => {
    const { story, cut } = life()
    expect(
      (
        await ends({
          [ARCHIVE]: writeEvtx(story.events.slice(0, cut)),
          [`${LOGS}/System.evtx`]: writeEvtx(story.events.slice(cut, cut + 1)),
        })
      ).boots,
    ).toEqual(['03-02T08:00 clean<unknown', '03-03T08:00 unknown<clean'])
  })
  test('full and kept', async () => {
    const bytes = writeEvtx(new Story().boot(MORNING).events)
    bytes.writeUInt32LE(2, 120)
    expect((await ends({ [`${LOGS}/System.evtx`]: bytes })).codes).toContain('log-full')
  })
  test('cleared amid a boot', async () => {
    const story = new Story()
    story.events.length = 0
    story.add(MORNING, 'Microsoft-Windows-Eventlog', 104, {
      SubjectUserName: 'jane.doe',
      Channel: 'System',
      BackupPath: '',
    })
    expect((await ends(systemLog(story))).boots).toEqual([])
  })
  test('empty log file with a header alone', async () => {
    expect(await ends({ [`${LOGS}/System.evtx`]: writeEvtx([]) })).toMatchObject({ boots: [], crashes: [], loops: 0 })
  })
  test('a damaged chunk in the middle costs what was in it', async () => {
    const story = new Story().boot(MORNING).shutdown(MORNING + HOUR)
    for (let n = 0; n < 900; n++) story.add(MORNING + HOUR + n * 10, 'Filler', 1, { Text: 'x'.repeat(100) })
    story.boot(MORNING + DAY, { kernelStop: MORNING + HOUR })
    const bytes = writeEvtx(story.events)
    bytes.fill(0x41, 4096 + 65536, 4096 + 65536 + 700)
    const { boots } = await ends({ [`${LOGS}/System.evtx`]: bytes })
    expect(boots).toEqual(['03-02T08:00 clean<unknown', '03-03T08:00 unknown<clean'])
  })
  test.each([
    ['its sizes do not match', (bytes: Buffer, at: number) => bytes.writeUInt32LE(0, at + 4)],
    ['a sector of zeros lies over it and the next', (bytes: Buffer, at: number) => bytes.fill(0, at + 8, at + 520)],
    ['its head is gone', (bytes: Buffer, at: number) => bytes.fill(0, at, at + 24)],
  ])('a damaged record costs itself: %s', async (_, damage) => {
    const story = new Story().boot(MORNING)
    for (let n = 0; n < 9; n++) story.add(MORNING + n * MINUTE, 'Filler', 1, { Text: 'x'.repeat(100) })
    story.boot(MORNING + HOUR, { unclean: true }).uncleanStart(MORNING + HOUR + 4000, { bugcheck: BUGCHECK })
    const bytes = writeEvtx(story.events)
    damage(bytes, recordAt(bytes, 10))
    const { boots, codes } = await ends({ [`${LOGS}/System.evtx`]: bytes })
    expect(boots).toEqual(['03-02T08:00 bugcheck<unknown', '03-02T09:00 unknown<bugcheck'])
    expect(codes).toContain('evtx-record-damaged')
  })
  test('a time that no clock told makes no boot of 1970 or 9322: the record has it twice, the log has neighbours', async () => {
    const { story } = life()
    const whole = await ends(systemLog(story))
    const kernel = story.events.find(({ eventId, at }) => eventId === 12 && at > MORNING + DAY)
    if (!kernel) throw new Error('no start')
    for (const far of ['9322-05-27T00:42:49.369Z', '1601-01-01T00:00:00.000Z', 'x']) {
      const data = kernel.data as Record<string, string>
      data['StartTime'] = far
      // what is left is the record's own time, a tenth of a second later
      expect((await ends(systemLog(story))).boots).toEqual(whole.boots)
    }
    const bytes = writeEvtx(story.events)
    const header = recordAt(bytes, kernel.recordId) + 16
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(header) + (1n << 61n), header)
    expect((await ends({ [`${LOGS}/System.evtx`]: bytes })).boots).toEqual(whole.boots)
  })
  test.each([0, 1, 2, -2])('a damaged record id makes no boot of its own at the end of the log: %i', async (index) => {
    const { story } = life()
    const whole = await ends(systemLog(story))
    const bytes = writeEvtx(story.events)
    const at = recordAt(bytes, story.events.slice(1).at(index)?.recordId ?? 0) + 8
    for (const bit of [3, 22, 35]) {
      const damaged = Buffer.from(bytes)
      damaged.writeBigUInt64LE(damaged.readBigUInt64LE(at) ^ (1n << BigInt(bit)), at)
      expect((await ends({ [`${LOGS}/System.evtx`]: damaged })).boots).toEqual(whole.boots)
    }
  })
  test('what a slot held before is not read behind a damaged record', async () => {
    const before = new Story()
    for (let n = 0; n < 40; n++) before.add(MORNING - DAY, 'Filler', 1, { Text: 'x'.repeat(100) })
    before.boot(MORNING - HOUR, { unclean: true }).uncleanStart(MORNING - HOUR, { bugcheck: BUGCHECK })
    const now = new Story().boot(MORNING)
    for (let n = 0; n < 9; n++) now.add(MORNING + n * MINUTE, 'Filler', 1, { Text: 'x'.repeat(100) })
    const old = writeEvtx(before.events)
    const bytes = writeEvtx(now.events.map((event) => ({ ...event, recordId: event.recordId + 1000 })))
    const end = 4096 + bytes.readUInt32LE(4096 + 48)
    old.copy(bytes, end, end)
    bytes.fill(0, recordAt(bytes, 1012), recordAt(bytes, 1012) + 24)
    expect((await ends({ [`${LOGS}/System.evtx`]: bytes })).boots).toEqual(['03-02T08:00 unknown<unknown'])
  })
  test('French .NET', async () => {
    const story = new Story().add(MORNING, '.NET Runtime', 1026, [
      'Application\u00a0: EMISWeb.exe\nVersion du Framework\u00a0: v4.0',
    ])
    expect((await ends({ [`${LOGS}/Application.evtx`]: writeEvtx(story.events) })).crashes).toEqual([
      'app 2026-03-02T08:00 EMISWeb.exe',
    ])
  })
  test('.NET with a path', async () => {
    const story = new Story().add(MORNING, '.NET Runtime', 1026, [
      'Application: C:\\Users\\jane\\EMISWeb.exe\nCoreCLR Version: 6.0',
    ])
    expect((await ends({ [`${LOGS}/Application.evtx`]: writeEvtx(story.events) })).crashes).toEqual([
      'app 2026-03-02T08:00 EMISWeb.exe',
    ])
  })
  test('non-Latin program', async () => {
    const story = new Story().add(MORNING, 'Application Error', 1000, appError('Программа.exe'))
    expect((await ends({ [`${LOGS}/Application.evtx`]: writeEvtx(story.events) })).crashes).toEqual([
      'app 2026-03-02T08:00 Программа.exe',
    ])
  })
  test('set back after seven years ahead: services and programs move with their boot', async () => {
    const AHEAD = 7 * 365 * DAY
    const story = new Story().boot(MORNING + AHEAD)
    story.add(MORNING + AHEAD + 10 * MINUTE, 'Service Control Manager', 7034, ['CSFalconService', '1'])
    const at = MORNING + AHEAD + 20 * MINUTE
    story.clockSet(at, at - AHEAD)
    story.add(at - AHEAD + 10 * MINUTE, 'Service Control Manager', 7034, ['CSFalconService', '1'])
    story.shutdown(at - AHEAD + HOUR)
    const application = new Story()
    const crash = (when: number, name: string, id: string) =>
      application.add(when, 'Application Error', 1000, appError(name, id))
    crash(MORNING + AHEAD + 15 * MINUTE, 'EMISWeb.exe', '0001')
    crash(at - AHEAD + 15 * MINUTE, 'OUTLOOK.EXE', '0002')
    const { boots, crashes } = await ends({
      ...systemLog(story),
      [`${LOGS}/Application.evtx`]: writeEvtx(application.events),
    })
    expect(boots[0]).toContain('03-02T08:00')
    expect(crashes.sort()).toEqual([
      'app 2026-03-02T08:15 EMISWeb.exe',
      'app 2026-03-02T08:35 OUTLOOK.EXE',
      'service 2026-03-02T08:10 CSFalconService',
    ])
  })
  test('dead battery: a service that died before the clock was set has its day', async () => {
    const story = new Story()
    for (const day of [0, 1]) {
      const wrong = Date.parse('2019-01-01T00:00:12.500Z')
      story.boot(wrong, day ? { unclean: true } : {})
      story.add(wrong + MINUTE, 'Service Control Manager', 7034, ['CSFalconService', '1'])
      const right = MORNING + day * DAY
      story.clockSet(wrong + 2 * MINUTE, right + 2 * MINUTE)
      story.add(right + HOUR, 'Filler', 1)
    }
    const { crashes } = await ends(systemLog(story))
    expect(crashes).toEqual(['service 2026-03-02T08:01 CSFalconService', 'service 2026-03-03T08:01 CSFalconService'])
  })
})

describe('dumps', () => {
  const dump = (): Buffer => writeDump({ ...BUGCHECK, crashedAt: MORNING, uptimeSeconds: 3600, modules: [] })
  test.each([
    [0x40, 0],
    [0x100, 1],
    [0x1000, 1],
    [0x1fff, 1],
  ])('cut at %i bytes', async (length, told) => {
    const { crashes, codes } = await ends({ 'Windows/Minidump/1.dmp': dump().subarray(0, length) })
    expect(crashes).toHaveLength(told)
    expect(codes).toContain('dump-truncated')
  })
  test.each([
    ['breaks off before its time and was copied months later', 0x500, '030226-9000-01.dmp'],
    ['breaks off before its time, whoever names it', 0x500, 'other.dmp'],
    ['has a time that no log has, and is named by the log', undefined, '030226-9000-01.dmp'],
  ])('is of the crash that the log tells of where it %s', async (_, length, name) => {
    const story = new Story().boot(MORNING).add(MORNING + HOUR, 'Filler', 1)
    story.boot(MORNING + 2 * HOUR, { unclean: true }).uncleanStart(MORNING + 2 * HOUR, { bugcheck: BUGCHECK })
    const path = 'C:\\Windows\\Minidump\\030226-9000-01.dmp'
    story.bugcheckReport(MORNING + 2 * HOUR + MINUTE, { ...BUGCHECK, dump: path })
    const bytes = writeDump({ ...BUGCHECK, crashedAt: MORNING + 90 * DAY, uptimeSeconds: 3600, modules: [] })
    const file = { bytes: bytes.subarray(0, length), modifiedAt: MORNING + 100 * DAY }
    const { crashes } = await ends({ ...systemLog(story), [`Windows/Minidump/${name}`]: file })
    expect(crashes).toHaveLength(1)
  })
  test.each([1, 2, 5, 6, 7])('of type %i by its header alone', async (type) => {
    const bytes = dump()
    bytes.writeUInt32LE(type, 0xf98)
    expect((await ends({ 'Windows/MEMORY.DMP': bytes.subarray(0, 0x2000) })).crashes).toEqual([
      'bugcheck 2026-03-02T08:00',
    ])
  })
  test('of an unknown processor', async () => {
    const bytes = dump()
    bytes.writeUInt32LE(0x01c4, 0x30)
    expect((await ends({ 'Windows/Minidump/1.dmp': bytes })).crashes).toHaveLength(1)
  })
  test('kept on another drive is not the file of that name on this one', async () => {
    const control = keyAt('ControlSet001\\Control\\CrashControl', { values: { DumpFile: 'D:\\MEMORY.DMP' } })
    const system = writeHive(mergeKeys(keyAt('Select', { values: { Current: 1 } }), control))
    const files = { 'Windows/System32/config/SYSTEM': system, 'MEMORY.DMP': dump() }
    expect((await ends(files)).crashes).toEqual([])
  })
  test('beside the full one is one crash', async () => {
    const full = dump()
    full.writeUInt32LE(7, 0xf98)
    expect((await ends({ 'Windows/Minidump/1.dmp': dump(), 'Windows/MEMORY.DMP': full })).crashes).toHaveLength(1)
  })
})
