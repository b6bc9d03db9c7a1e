import { describe, expect, test } from 'vitest'
import { scanVolume } from '../src/scan.ts'
import { Story } from './support/story.ts'
import { type WrittenDump, writeDump } from './support/write-dump.ts'
import { type WrittenEvent, writeEvtx } from './support/write-evtx.ts'
import { writeMemoryDump } from './support/write-memory-dump.ts'
import { writePe } from './support/write-pe.ts'
import { writeVolume } from './support/write-volume.ts'

const AT = Date.parse('2024-07-19T09:00:00.000Z')
const KERNEL = { path: '\\SystemRoot\\system32\\ntoskrnl.exe', base: 0xfffff80000000000n, size: 0x1000000 }
const FILTER = { path: '\\SystemRoot\\System32\\drivers\\fltmgr.sys', base: 0xfffff80010000000n, size: 0x80000 }
const FOREIGN = { path: '\\??\\C:\\Program Files\\Maker\\maker.sys', base: 0xfffff80020000000n, size: 0x80000 }

describe('who is at fault', () => {
  test('a driver of another maker on the stack, where the kernel itself stumbled', async () => {
    const [crash] = await crashesOf({
      stopCode: 0x139,
      instruction: KERNEL.base + 0x400n,
      stack: [KERNEL.base + 0x10n, FILTER.base + 0x20n, FOREIGN.base + 0x30n],
    })
    expect(crash).toMatchObject({
      module: 'ntoskrnl.exe',
      culprit: { driver: 'maker.sys', version: '2.0.0.1', company: 'Maker', confidence: 'medium' },
    })
  })

  test('no driver of Microsoft, where a dump alone is at hand, and whichever way a path is written', async () => {
    const drivers = String.raw`\SystemRoot\System32\drivers`
    const own = ['clipsp.sys', 'rfcomm.sys', 'MpKslDrv.sys', 'dump_stornvme.sys'].map((name, index) => ({
      path: `${drivers}\\${name}`,
      base: 0xfffff80030000000n + BigInt(index) * 0x1000000n,
      size: 0x80000,
    }))
    const foreign = { ...FOREIGN, path: String.raw`\Device\HarddiskVolume3\Program Files\Maker\maker.sys` }
    const [crash] = await crashesOf({
      stopCode: 0x139,
      modules: [KERNEL, ...own, foreign],
      stack: [...own, foreign].map(({ base }) => base + 0x10n),
    })
    expect(crash?.culprit).toMatchObject({ driver: 'maker.sys', version: '2.0.0.1' })
  })

  test('is less sure deep in the stack', async () => {
    const stack = [...Array.from({ length: 40 }, () => KERNEL.base + 0x10n), FOREIGN.base + 0x30n]
    expect((await crashesOf({ stopCode: 0x139, stack }))[0]?.culprit).toMatchObject({
      driver: 'maker.sys',
      confidence: 'low',
    })
  })

  test('nobody where a person stopped Windows, or the hardware did', async () => {
    const stack = [FOREIGN.base + 0x30n]
    for (const stopCode of [0xe2, 0x1c8, 0xdeaddead, 0x124])
      expect((await crashesOf({ stopCode, stack }))[0]?.culprit).toBeNull()
  })

  test('nobody on the stack of a stop that another thread, a disk or the firmware brings about', async () => {
    const stack = [KERNEL.base + 0x10n, FOREIGN.base + 0x30n]
    for (const stopCode of [0x9f, 0x7a, 0x7b, 0xef, 0xf4, 0xc000021a, 0x1000009f, 0x109])
      expect((await crashesOf({ stopCode, stack }))[0]?.culprit).toBeNull()
    expect((await crashesOf({ stopCode: 0x1a, stack }))[0]?.culprit).toMatchObject({ driver: 'maker.sys' })
  })

  test('on ARM64 as on x64', async () => {
    const parameters: WrittenDump['parameters'] = [0n, 2n, 0n, FOREIGN.base + 0x1234n]
    const [crash] = await crashesOf({ stopCode: 0xd1, parameters, machine: 0xaa64, build: 26100 })
    expect(crash).toMatchObject({ moduleOffset: '0x1234', culprit: { driver: 'maker.sys', confidence: 'high' } })
  })

  test('with the program that was running, where the dump holds its name', async () => {
    expect((await crashesOf({ stopCode: 0x139, process: 'SearchIndexer.exe' }))[0]?.process).toBe('SearchIndexer.')
    expect((await crashesOf({ stopCode: 0x139 }))[0]?.process).toBeNull()
  })

  test('a driver whose code ran after it was unloaded', async () => {
    const unloaded = [{ name: 'gone.sys', start: 0xfffff80090000000n, end: 0xfffff80090010000n }]
    const parameters: WrittenDump['parameters'] = [0xfffff80090000100n, 8n, 0xfffff80090000100n, 0n]
    expect((await crashesOf({ stopCode: 0xce, parameters, unloaded }))[0]?.culprit).toMatchObject({
      driver: 'gone.sys',
      confidence: 'high',
    })
  })

  test('on 32-bit Windows as on 64-bit', async () => {
    const kernel = { path: '\\SystemRoot\\system32\\ntkrnlpa.exe', base: 0x82400000n, size: 0x400000 }
    const foreign = { ...FOREIGN, base: 0x8f000000n, listedAt: Date.UTC(2024, 1, 3) }
    const modules = [kernel, foreign]
    const old = { machine: 0x014c, modules, process: 'System' }
    const [high] = await crashesOf({ ...old, stopCode: 0x8e, parameters: [0xc0000005n, 0x8f000123n, 1n, 0n] })
    expect(high).toMatchObject({
      parameters: ['0x00000000c0000005', '0x000000008f000123', '0x0000000000000001', '0x0000000000000000'],
      at: '2024-07-19T09:00:00.000Z',
      uptimeSeconds: 60,
      process: 'System',
      moduleOffset: '0x123',
      culprit: { driver: 'maker.sys', confidence: 'high', builtAt: '2024-02-03T00:00:00.000Z' },
    })
    const stack = [kernel.base + 0x10n, foreign.base + 0x30n]
    const [medium] = await crashesOf({ ...old, stopCode: 0x139, instruction: kernel.base + 4n, stack })
    expect(medium).toMatchObject({
      module: 'ntkrnlpa.exe',
      moduleOffset: '0x4',
      culprit: { driver: 'maker.sys', confidence: 'medium' },
    })
    const unloaded = [{ name: 'gone.sys', start: 0x90000000n, end: 0x90010000n }]
    const [late] = await crashesOf({ ...old, stopCode: 0xce, parameters: [0n, 0n, 0x90000100n, 0n], unloaded })
    expect(late?.culprit).toMatchObject({ driver: 'gone.sys' })
  })

  test('on 32-bit Windows in log and dump alike, whichever way the log writes its parameters', async () => {
    const bugcheck = { stopCode: 0x8e, dump: 'C:\\Windows\\Minidump\\a.dmp' }
    const story = new Story('PC-1', '19045.1')
      .boot(AT - 60_000)
      .boot(AT + 30_000, { unclean: true })
      .uncleanStart(AT + 40_000, { bugcheck: { ...bugcheck, parameters: [0xffffffffc0000005n, 1n, 0n, 0n] } })
    const dump = writeDump({
      stopCode: 0x8e,
      parameters: [0xc0000005n, 1n, 0n, 0n],
      crashedAt: AT,
      uptimeSeconds: 60,
      modules: [],
      machine: 0x014c,
    })
    const { crashes } = await scanVolume(
      writeVolume({
        'Windows/System32/winevt/Logs/System.evtx': writeEvtx(story.events),
        'Windows/Minidump/a.dmp': dump,
      }),
    )
    expect(crashes).toMatchObject([{ sources: ['log-41', 'minidump'], dump: 'a.dmp' }])
  })

  test('is not known from the header of a full dump, which tells the rest', async () => {
    const [crash] = await crashesOf({ stopCode: 0x7e, type: 5 })
    expect(crash).toMatchObject({ stopCode: '0x0000007e', dumpKind: 'bitmap-full', culprit: null, uptimeSeconds: 60 })
  })

  test.each([1, 2, 5, 6, 7] as const)('is read through the page tables of a large dump of type %i', async (type) => {
    for (const machine of [0x8664, 0xaa64]) {
      const bytes = writeMemoryDump(
        {
          stopCode: 0x139,
          parameters: [3n, 0n, 0n, 0n],
          crashedAt: AT,
          uptimeSeconds: 60,
          modules: [KERNEL, FILTER, FOREIGN],
          stack: [KERNEL.base + 0x10n, FOREIGN.base + 0x30n],
          machine,
        },
        { type },
      )
      const scan = await scanVolume(writeVolume({ 'Windows/MEMORY.DMP': bytes, 'Windows/System32/a': '' }))
      expect(scan.problems.map(({ code }) => code)).not.toContain('dump-modules-missing')
      expect(scan.crashes).toMatchObject([
        { culprit: { driver: 'maker.sys' }, dump: 'MEMORY.DMP', sources: ['memory-dump'] },
      ])
    }
  })
})

describe('dumps that are none of a kernel', () => {
  test.each([
    ['MDMP', 'dump-of-a-program'],
    ['USERDU64', 'dump-of-a-program'],
    ['\0\0\0\0', 'dump-zeroed'],
    ['garbage', 'dump-unknown'],
  ])('%j is named', async (magic, code) => {
    const bytes = Buffer.alloc(9_000)
    bytes.write(magic, 'latin1')
    const scan = await scanVolume(writeVolume({ 'Windows/Minidump/a.dmp': bytes, 'Windows/System32/a': '' }))
    expect(scan.crashes).toEqual([])
    expect(scan.problems.map((problem) => problem.code)).toContain(code)
  })
})

describe('dumps that break off', () => {
  const whole = writeDump({
    stopCode: 0x7e,
    parameters: [0xffffffffc0000005n, KERNEL.base, 0n, 0n],
    crashedAt: AT,
    uptimeSeconds: 60,
    modules: [KERNEL, FOREIGN],
  })
  const scanOf = async (bytes: Buffer): ReturnType<typeof scanVolume> =>
    scanVolume(writeVolume({ 'Windows/Minidump/a.dmp': { bytes, modifiedAt: AT + 90_000 } }))

  test.each([
    ['behind its header', 0x2000, { at: '2024-07-19T09:00:00.000Z', atPrecision: 'exact', uptimeSeconds: 60 }],
    ['before its uptime', 0x1000, { at: '2024-07-19T09:00:00.000Z', atPrecision: 'exact' }],
    ['before its time', 0x800, { at: '2024-07-19T09:01:30.000Z', atPrecision: 'latest' }],
  ])('%s tell what they hold', async (_, length, told) => {
    const scan = await scanOf(whole.subarray(0, length))
    expect(scan.crashes).toMatchObject([{ stopCode: '0x0000007e', culprit: null, ...told }])
    expect(scan.problems.map(({ code }) => code)).toContain('dump-truncated')
  })

  test('before its stop code are named', async () => {
    const scan = await scanOf(whole.subarray(0, 40))
    expect(scan.crashes).toEqual([])
    expect(scan.problems.map(({ code }) => code)).toContain('dump-truncated')
  })

  test('and large ones of 32-bit Windows, of which only the header is read', async () => {
    const header = { stopCode: 0x50, crashedAt: AT, uptimeSeconds: 60, modules: [] }
    const bytes = writeDump({ ...header, parameters: [1n, 0n, 0n, 0n], machine: 0x014c, type: 2 })
    const scan = await scanVolume(writeVolume({ 'Windows/MEMORY.DMP': bytes }))
    expect(scan.crashes).toMatchObject([{ stopCode: '0x00000050', dumpKind: 'kernel', uptimeSeconds: 60 }])
    expect(scan.problems.map(({ code }) => code)).toContain('dump-memory-unknown')
  })
})

describe('programs that crash', () => {
  const error = (at: number, startedAt = '01da'): Omit<WrittenEvent, 'recordId'> => ({
    at,
    provider: 'Application Error',
    eventId: 1000,
    data: [
      'emis.exe',
      '9.19.4.0',
      '66',
      'ntdll.dll',
      '10.0.19041.4522',
      '66',
      'c0000005',
      '00012345',
      '1a2b',
      startedAt,
      'C:\\Users\\jane.doe\\AppData\\Local\\emis.exe',
      'C:\\Windows\\ntdll.dll',
      '{1}',
    ],
  })
  const report = (at: number): Omit<WrittenEvent, 'recordId'> => ({
    at,
    provider: 'Windows Error Reporting',
    eventId: 1001,
    data: [
      '1',
      '5',
      'APPCRASH',
      'x',
      '0',
      'emis.exe',
      '9.19.4.0',
      '66',
      'ntdll.dll',
      '10.0.19041.4522',
      '66',
      'c0000005',
      '00012345',
      '',
      '',
      'C:\\Users\\jane.doe\\a.txt',
    ],
  })

  test('are one crash, whoever reports it, and counted by the hour', async () => {
    const { crashes } = await scanApplications([
      error(AT),
      report(AT + 3_000),
      error(AT + 600_000, '01db'),
      report(AT + 603_000),
      error(AT + 3_700_000, '01dc'),
    ])
    expect(crashes).toMatchObject([
      {
        kind: 'app',
        process: 'emis.exe',
        processVersion: '9.19.4.0',
        module: 'ntdll.dll',
        exceptionCode: '0xc0000005',
        count: 2,
        sources: ['log-1000', 'log-1001'],
      },
      { count: 1 },
    ])
    expect(crashes[0]?.id).not.toBe(crashes[1]?.id)
  })

  test('are one crash where Windows logs the exception of one process twice', async () => {
    const again = error(AT + 5_000)
    again.data = (again.data as string[]).with(6, 'c000041d')
    const { crashes } = await scanApplications([error(AT), again])
    expect(crashes).toMatchObject([{ exceptionCode: '0xc0000005', count: 1 }])
  })

  test('are one crash when their report is sent days later', async () => {
    const id = '8a13d73c-62b8-11e1-ab53-0050ba3279b5'
    const withId = (event: Omit<WrittenEvent, 'recordId'>, index: number): Omit<WrittenEvent, 'recordId'> => {
      const data = Array.isArray(event.data) ? [...event.data] : []
      while (data.length <= index) data.push('')
      data[index] = id
      return { ...event, data }
    }
    const { crashes } = await scanApplications([
      withId(error(AT), 12),
      withId(report(AT + 3_000), 19),
      withId(report(AT + 3 * 86_400_000), 19),
    ])
    expect(crashes).toMatchObject([{ at: '2024-07-19T09:00:00.000Z', count: 1, sources: ['log-1000', 'log-1001'] }])
  })

  test('as packages, whose reports have one field more', async () => {
    const packaged = (...fields: string[]): Omit<WrittenEvent, 'recordId'> => ({
      at: AT,
      provider: 'Windows Error Reporting',
      eventId: 1001,
      data: [
        '',
        '0',
        fields[0] ?? '',
        'x',
        '0',
        'Maker.App_1.2.3.4_x64__8wekyb3d8bbwe',
        'praid:App',
        ...fields.slice(1),
      ],
    })
    const { crashes } = await scanApplications([
      packaged('MoAppCrash', '1.2.3.4', '65bd666e', 'combase.dll', '10.0.26100.3360', '838f05bb', '80070424', 'e8bf4'),
      packaged('MoAppHang', '1.2.3.4', '65bd666e', '4185', '2097152'),
      packaged('InPageError', 'c000009c', '00000003'),
    ])
    expect(crashes).toMatchObject([
      {
        kind: 'app',
        process: 'Maker.App',
        processVersion: '1.2.3.4',
        module: 'combase.dll',
        moduleVersion: '10.0.26100.3360',
        exceptionCode: '0x80070424',
      },
      { kind: 'hang', process: 'Maker.App', processVersion: '1.2.3.4' },
    ])
  })

  test('with named fields, as Windows 11 24H2 writes them', async () => {
    const data = {
      AppName: 'vision.exe',
      AppVersion: '3.1',
      AppTimeStamp: '1',
      ModuleName: 'vision.dll',
      ModuleVersion: '3.2',
      ModuleTimeStamp: '1',
      ExceptionCode: 'c0000409',
    }
    const { crashes } = await scanApplications([{ at: AT, provider: 'Application Error', eventId: 1000, data }])
    expect(crashes).toMatchObject([{ process: 'vision.exe', module: 'vision.dll', exceptionCode: '0xc0000409' }])
  })

  test('or hang, or stop with an exception of .NET in another language', async () => {
    const { crashes } = await scanApplications([
      {
        at: AT,
        provider: 'Application Hang',
        eventId: 1002,
        data: ['systmone.exe', '7.1.0.0', '1', '2', '3', 'C:\\Users\\jane.doe\\systmone.exe', '{2}'],
      },
      {
        at: AT + 1_000,
        provider: '.NET Runtime',
        eventId: 1026,
        data: ['Anwendung: Kartenleser.exe\nFrameworkversion: v4.0.30319\nBeschreibung: jane.doe'],
      },
      {
        at: AT + 2_000,
        provider: '.NET Runtime',
        eventId: 1026,
        data: ['Application\u00a0: Ma Carte.exe\r\nVersion du Framework\u00a0: v4.0.30319\r\nInfos: autre.exe'],
      },
      { at: AT + 3_000, provider: '.NET Runtime', eventId: 1023, data: ['Application: SystmOne.exe\nFramework'] },
      {
        at: AT + 4_000,
        provider: '.NET Runtime',
        eventId: 1025,
        data: ['Application: Vision.exe\nCoreCLR Version: 8'],
      },
    ])
    expect(crashes).toMatchObject([
      { kind: 'hang', process: 'systmone.exe' },
      { kind: 'app', process: 'Kartenleser.exe', exceptionCode: '0xe0434352' },
      { kind: 'app', process: 'Ma Carte.exe' },
      { kind: 'app', process: 'SystmOne.exe', exceptionCode: '0x80131506' },
      { kind: 'app', process: 'Vision.exe', exceptionCode: '0x80131623' },
    ])
  })

  test('name nobody', async () => {
    const story = new Story().boot(AT).shutdown(AT + 1_000)
    const dir = volumeOf([error(AT), report(AT + 200_000)], story)
    expect(JSON.stringify(await scanVolume(dir))).not.toMatch(/jane|Users/i)
  })

  describe('services that stop, do not start or are not loaded', () => {
    const scm = (story: Story, id: number, data: Record<string, string>, key?: string): Story =>
      story.add(AT + 60_000, 'Service Control Manager', id, {
        ...data,
        ...(key && { '#binary': Buffer.from(`${key}\0`, 'utf16le') }),
      })

    test('are crashes where they belong to a security product, in any language', async () => {
      const story = new Story().boot(AT)
      scm(story, 7000, { param1: 'CSFalconService', param2: '%%1053' })
      scm(story, 7009, { param1: '30000', param2: 'CSFalconService' })
      scm(story, 7031, { param1: 'Sophos Endpoint Defense', param2: '1' })
      scm(story, 7034, { param1: 'Microsoft Defender Antivirus-Dienst', param2: '1' }, 'WinDefend')
      scm(story, 7026, { param1: '\nsrtsp64\ndam' })
      const { crashes, serviceFailures } = await scanVolume(volumeOf([], story))
      expect(crashes.map(({ kind, process, exceptionCode }) => [kind, process, exceptionCode])).toEqual([
        ['service', 'CSFalconService', '0x41d'],
        ['service', 'Sophos Endpoint Defense', undefined],
        ['service', 'WinDefend', undefined],
        ['service', 'srtsp64', undefined],
      ])
      expect(serviceFailures).toEqual([])
    })

    test('are told by whichever event Windows has for it, and not where somebody switched them off', async () => {
      const story = new Story().boot(AT)
      scm(story, 7022, { param1: 'Dienst' }, 'ekrn')
      scm(story, 7023, { param1: 'Dienst', param2: '%%126' }, 'SentinelAgent')
      scm(story, 7024, { param1: 'Dienst', param2: '%%2' }, 'CSFalconService')
      scm(story, 7001, { param1: 'Dienst', param2: 'Anderer', param3: '%%1068' }, 'SepMasterService')
      scm(story, 7001, { param1: 'Dienst', param2: 'Anderer', param3: '%%1058' }, 'WRSVC')
      scm(story, 7000, { param1: 'Dienst', param2: '%%1058' }, 'WinDefend')
      scm(story, 7023, { param1: 'Dienst', param2: '%%1115' }, 'ntrtscan')
      scm(story, 7023, { param1: 'Dienst', param2: '%%1115' }, 'Spooler')
      const { crashes, serviceFailures } = await scanVolume(volumeOf([], story))
      expect(crashes.map(({ process, exceptionCode }) => [process, exceptionCode])).toEqual([
        ['ekrn', undefined],
        ['SentinelAgent', '0x7e'],
        ['CSFalconService', '0x2'],
        ['SepMasterService', '0x42c'],
      ])
      expect(serviceFailures).toEqual([])
    })

    test('and else what the machine tells of, once a day; drivers that have nothing to do there are nothing', async () => {
      const story = new Story().boot(AT)
      scm(story, 7031, { param1: 'Synchronisierungshost_Session2', param2: '1' }, 'OneSyncSvc_Session2')
      for (let times = 0; times < 40; times++) scm(story, 7034, { param1: 'Druckwarteschlange', param2: '1' })
      scm(story, 7026, { param1: '\ndam\nCSC\ncdrom\nEhStorClass\nuiomap' })
      scm(story, 7026, { param1: '\ndam\nexampledrv' })
      const { crashes, serviceFailures } = await scanVolume(volumeOf([], story))
      expect(crashes).toEqual([])
      expect(serviceFailures.map(({ service, count }) => [service, count])).toEqual([
        ['OneSyncSvc', 1],
        ['Druckwarteschlange', 40],
        ['exampledrv', 1],
      ])
    })
  })
})

type Crashes = Awaited<ReturnType<typeof scanVolume>>['crashes']

async function crashesOf(dump: Partial<WrittenDump>): Promise<Crashes> {
  const bytes = writeDump({
    stopCode: 0,
    parameters: [0n, 0n, 0n, 0n],
    crashedAt: AT,
    uptimeSeconds: 60,
    modules: [KERNEL, FILTER, FOREIGN],
    ...dump,
  })
  const dir = writeVolume({
    'Windows/Minidump/a.dmp': bytes,
    'Windows/System32/drivers/fltmgr.sys': writePe({ version: '10.0.19041.1', company: 'Microsoft Corporation' }),
    'Program Files/Maker/maker.sys': writePe({ version: '2.0.0.1', company: 'Maker' }),
  })
  return (await scanVolume(dir)).crashes
}

async function scanApplications(events: Omit<WrittenEvent, 'recordId'>[]): ReturnType<typeof scanVolume> {
  return scanVolume(volumeOf(events, new Story()))
}

function volumeOf(events: Omit<WrittenEvent, 'recordId'>[], story: Story): string {
  const numbered = events.map((event, index) => ({ recordId: index + 1, channel: 'Application', ...event }))
  return writeVolume({
    'Windows/System32/winevt/Logs/System.evtx': writeEvtx(story.events),
    'Windows/System32/winevt/Logs/Application.evtx': writeEvtx(numbered),
  })
}
