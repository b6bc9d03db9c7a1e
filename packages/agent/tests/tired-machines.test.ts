import { describe, expect, test } from 'vitest'
import { scanVolume } from '../src/scan.ts'
import { readSensors } from '../src/sources/sensors/sensors.ts'
import { Volume } from '../src/volume/volume.ts'
import { Story } from './support/story.ts'
import { writeDump } from './support/write-dump.ts'
import { writeEvtx } from './support/write-evtx.ts'
import { keyAt, mergeKeys, type WrittenKey, writeHive } from './support/write-hive.ts'
import { writePe } from './support/write-pe.ts'
import { type VolumeFiles, writeVolume } from './support/write-volume.ts'

// Conditions of real machines whose logs people have shown, and of Windows' own documents; none is anybody's data.

const LOGS = 'Windows/System32/winevt/Logs'
const MORNING = Date.parse('2026-03-02T08:00:00.000Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const BUGCHECK = {
  stopCode: 0xd1,
  parameters: [0xfffff80012345670n, 2n, 0n, 0xfffff80012349990n] as [bigint, bigint, bigint, bigint],
}

const systemLog = (story: Story): VolumeFiles => ({ [`${LOGS}/System.evtx`]: writeEvtx(story.events) })
const system = (...keys: WrittenKey[]): VolumeFiles => ({
  'Windows/System32/config/SYSTEM': writeHive(mergeKeys(keyAt('Select', { values: { Current: 1 } }), ...keys)),
})
const service = (name: string, values: WrittenKey['values']): WrittenKey =>
  keyAt(`ControlSet001\\Services\\${name}`, { values: { Type: 16, Start: 2, ...values } })

describe('the release that runs', () => {
  function started(release: string): VolumeFiles {
    const story = new Story('PC-1', '19041.5007').boot(MORNING)
    const first = story.events.find(({ eventId }) => eventId === 6009)
    if (first) first.data = ['10.00.', release, '', 'Multiprocessor Free', '0']
    return systemLog(story)
  }

  test('is told by the event log’s service, where the kernel tells its own number', async () => {
    const { os, boots, components } = await scanVolume(writeVolume(started('19045')))
    expect([os, boots[0]?.os]).toEqual(['19045.5007', '19045.5007'])
    expect(components[0]?.detail).not.toHaveProperty('build')
  })

  test.each(['19041', '22631', ''])('is not taken from a number of another kernel: %s', async (release) => {
    const { os, boots } = await scanVolume(writeVolume(started(release)))
    expect([os, boots[0]?.os]).toEqual(['19041.5007', '19041.5007'])
  })
})

describe('the Windows of dumps alone', () => {
  const dump = (build: number, productType: number): Buffer => {
    const bytes = writeDump({ ...BUGCHECK, crashedAt: MORNING, uptimeSeconds: 60, modules: [], build })
    bytes.writeUInt32LE(productType, 0x1040)
    return bytes
  }
  const told = async (bytes: Buffer): Promise<unknown[]> => {
    const { os, osName, problems } = await scanVolume(writeVolume({ 'Windows/Minidump/a.dmp': bytes }))
    return [os, osName, problems.some(({ code }) => code === 'os-unknown')]
  }
  test.each([
    [dump(19_041, 1), '19041', 'Windows 10'],
    [dump(26_100, 1), '26100', 'Windows 11'],
    [dump(26_100, 3), '26100', 'Windows Server 2025'],
    [dump(9_600, 2), '9600', 'Windows Server 2012 R2'],
  ])('is the newest one’s, without a revision', async (bytes, build, name) => {
    expect(await told(bytes)).toEqual([build, name, false])
  })
  test('is unknown where the number can be none', async () => {
    expect(await told(dump(0x45474150, 1))).toEqual([null, null, true])
  })
})

describe('a network that went', () => {
  const PROVIDER = 'Microsoft-Windows-NetworkProfile'
  const NET = { Name: 'Net', Guid: '{5737EAEA-782D-4E67-A998-BF231E4C1753}' }
  const lost = (from: number, until: number): VolumeFiles => {
    const story = new Story().add(MORNING + MINUTE, PROVIDER, 10_000, NET)
    story.add(from, PROVIDER, 10_001, NET).add(until, PROVIDER, 10_000, NET)
    return { [`${LOGS}/Microsoft-Windows-NetworkProfile%4Operational.evtx`]: writeEvtx(story.events) }
  }
  const running = systemLog(new Story().boot(MORNING).add(MORNING + HOUR, 'Filler', 1))

  test('days behind the last word of the System log is no loss: nobody knows that the machine was awake', async () => {
    const files = { ...running, ...lost(MORNING + 3 * DAY, MORNING + 3 * DAY + 13 * HOUR) }
    expect((await scanVolume(writeVolume(files))).networkLosses).toEqual([])
  })

  test('hours behind it is one: a quiet machine writes little', async () => {
    const files = { ...running, ...lost(MORNING + 5 * HOUR, MORNING + 6 * HOUR) }
    expect((await scanVolume(writeVolume(files))).networkLosses).toHaveLength(1)
  })

  test('before the System log begins, or without one, is none: nobody knows when the machine slept', async () => {
    const night = lost(MORNING - 5 * DAY, MORNING - 5 * DAY + 14 * HOUR)
    expect((await scanVolume(writeVolume({ ...running, ...night }))).networkLosses).toEqual([])
    expect((await scanVolume(writeVolume(night))).networkLosses).toEqual([])
  })
})

describe('a report of a blue screen that comes again at each start', () => {
  const crashed = (): Story =>
    new Story()
      .boot(MORNING)
      .boot(MORNING + HOUR, { unclean: true })
      .uncleanStart(MORNING + HOUR + 4_000, { bugcheck: BUGCHECK })
      .bugcheckReport(MORNING + HOUR + MINUTE, BUGCHECK)

  test('is of the crash that it told of at first, and the starts after it followed a clean end', async () => {
    const story = crashed()
    for (const day of [1, 2]) {
      const stop = MORNING + day * DAY - 12 * HOUR
      story.shutdown(stop).boot(MORNING + day * DAY, { kernelStop: stop })
      story.bugcheckReport(MORNING + day * DAY + MINUTE, BUGCHECK)
    }
    const { boots, crashes } = await scanVolume(writeVolume(systemLog(story)))
    expect(crashes).toMatchObject([{ bootId: boots[0]?.bootId }])
    expect(boots.map(({ previous }) => previous.end)).toEqual(['unknown', 'bugcheck', 'clean', 'clean'])
  })

  test('also where fast start-up resumed the kernel', async () => {
    const story = crashed().fastStartup(MORNING + 9 * HOUR, MORNING + DAY)
    story.bugcheckReport(MORNING + DAY + MINUTE, BUGCHECK)
    const { boots, crashes } = await scanVolume(writeVolume(systemLog(story)))
    expect(crashes).toHaveLength(1)
    expect(boots.map(({ previous }) => previous.end)).toEqual(['unknown', 'bugcheck', 'clean'])
  })
})

describe('a product that was removed', () => {
  const CHANNEL = 'Windows/System32/drivers/CrowdStrike/C-00000291-00000000-00000032.sys'
  const whole = Array.from({ length: 150 }, (_, n) => service(`svc${n}`, {}))
  const falcon = service('CSFalconService', { ImagePath: '"C:\\Program Files\\CrowdStrike\\CSFalconService.exe"' })
  const klif = service('klif', { Type: 2, Start: 1, ImagePath: 'system32\\DRIVERS\\klif.sys' })
  const left = { [CHANNEL]: 'channel', 'Program Files/Common Files/a.txt': '' }
  const failing = systemLog(
    new Story()
      .boot(MORNING)
      .add(MORNING + MINUTE, 'Service Control Manager', 7000, ['CSFalconService', '%%2'])
      .add(MORNING + MINUTE, 'Service Control Manager', 7026, ['klif']),
  )
  const told = async (files: VolumeFiles) => {
    const { components, crashes, serviceFailures } = await scanVolume(writeVolume({ ...failing, ...files }))
    return {
      content: components.filter(({ kind }) => kind === 'content').map(({ detail }) => detail?.['state']),
      crashes: crashes.map(({ process }) => process),
      failures: serviceFailures.map((failure) => failure.service),
    }
  }

  test('leaves content that nothing reads, and services that Windows cannot find at each start', async () => {
    expect(await told({ ...system(...whole, falcon, klif), ...left })).toEqual({
      content: ['leftover'],
      crashes: [],
      failures: ['CSFalconService', 'klif'],
    })
    expect((await told({ ...system(...whole), ...left })).content).toEqual(['leftover'])
  })

  test('is not one whose program is there, though a file of it is missing', async () => {
    const files = {
      'Program Files/CrowdStrike/CSFalconService.exe': writePe({ version: '7.16.18605.0' }),
      'Windows/System32/drivers/klif.sys': writePe({ version: '30.1.0.1' }),
    }
    expect(await told({ ...system(...whole, falcon, klif), ...left, ...files })).toEqual({
      content: [undefined],
      crashes: ['CSFalconService', 'klif'],
      failures: [],
    })
  })

  test('or put aside by another has drivers that Windows does not load', async () => {
    const story = new Story().boot(MORNING)
    story.add(MORNING + MINUTE, 'Service Control Manager', 7026, ['dam WdFilter MpKslab12cd34 WinSetupMon'])
    const failed = async (start: number): Promise<unknown[]> => {
      const platform = '"C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24060.7-0\\MsMpEng.exe"'
      const files = system(service('WinDefend', { Start: start, ImagePath: platform }))
      const { crashes, serviceFailures } = await scanVolume(writeVolume({ ...systemLog(story), ...files }))
      return [...crashes.map(({ process }) => process), ...serviceFailures]
    }
    expect(await failed(2)).toEqual(['WdFilter'])
    expect(await failed(3)).toEqual([])
    expect(await failed(4)).toEqual([])
  })

  test('is not known to be removed by a part of a disk', async () => {
    expect((await told({ ...system(falcon), [CHANNEL]: 'channel' })).content).toEqual([undefined])
  })
})

describe('a dump', () => {
  const ATTRIBUTES = { 0x8664: 0x1050, 0xaa64: 0x1050, 0x014c: 0x8a0 } as const
  const dump = (machine: keyof typeof ATTRIBUTES, attributes: number): Buffer => {
    const parameters: [bigint, bigint, bigint, bigint] = [0x82345670n, 2n, 0n, 0x82349990n]
    const bytes = writeDump({
      stopCode: 0xd1,
      parameters,
      machine,
      crashedAt: MORNING,
      uptimeSeconds: 3600,
      modules: [],
    })
    bytes.writeUInt32LE(attributes, ATTRIBUTES[machine])
    return bytes
  }
  const codes = async (bytes: Buffer) =>
    (await scanVolume(writeVolume({ 'Windows/Minidump/1.dmp': bytes }))).crashes.map(({ stopCode }) => stopCode)

  test('whose memory the firmware kept over the restart is a crash', async () => {
    expect(await codes(dump(0xaa64, 0x20))).toEqual(['0x000000d1'])
    expect(await codes(dump(0x8664, 0xa0))).toEqual(['0x000000d1'])
  })

  test('of a machine that went on is none, on 32-bit Windows too', async () => {
    expect(await codes(dump(0x8664, 0x10))).toEqual([])
    expect(await codes(dump(0x014c, 0x10))).toEqual([])
    expect(await codes(dump(0x014c, 0))).toEqual(['0x000000d1'])
  })
})

describe('a blue screen that Windows Error Reporting alone tells of', () => {
  const DUMP = '\\\\?\\C:\\Windows\\Minidump\\030226-5000-01.dmp'
  const report = (at: number, times = 1): VolumeFiles => {
    const story = new Story()
    const numbers = ['d1', 'fffff80012345670', '2', '0', 'fffff80012349990', '10_0_19045', '0_0', '256_1', '', '']
    const files = [`\n${DUMP}\n\\\\?\\C:\\Windows\\TEMP\\WER-1-0.sysdata.xml`]
    for (let n = 0; n < times; n++)
      story.add(
        at + n * MINUTE,
        'Windows Error Reporting',
        1001,
        ['', '0', 'BlueScreen', 'Nicht verfügbar', '0'].concat(numbers, files, [
          '',
          '',
          '0',
          `1111222${n}-3333`,
          '4',
          '',
          '',
        ]),
      )
    return { [`${LOGS}/Application.evtx`]: writeEvtx(story.events) }
  }
  const cut = (bugcheck?: typeof BUGCHECK): Story =>
    new Story()
      .boot(MORNING)
      .boot(MORNING + 3 * HOUR, { unclean: true })
      .uncleanStart(MORNING + 3 * HOUR + 4_000, bugcheck ? { bugcheck } : {})

  test('is how the boot before ended, where the System log says only that it ended unclean', async () => {
    const { boots, crashes } = await scanVolume(
      writeVolume({ ...systemLog(cut()), ...report(MORNING + 3 * HOUR + 2 * MINUTE, 3) }),
    )
    expect(boots.map(({ end, previous }) => [end, previous.end])).toEqual([
      ['bugcheck', 'unknown'],
      ['unknown', 'bugcheck'],
    ])
    expect(crashes).toMatchObject([
      {
        stopCode: '0x000000d1',
        parameters: BUGCHECK.parameters.map((value) => `0x${value.toString(16).padStart(16, '0')}`),
        bootId: boots[0]?.bootId,
        dump: '030226-5000-01.dmp',
        sources: ['log-wer'],
      },
    ])
  })

  test('is told once more by nobody where the System log or a dump has it', async () => {
    const logged = { ...systemLog(cut(BUGCHECK)), ...report(MORNING + 3 * HOUR + 2 * MINUTE, 2) }
    expect((await scanVolume(writeVolume(logged))).crashes).toMatchObject([{ sources: ['log-41'] }])
    const bytes = writeDump({ ...BUGCHECK, crashedAt: MORNING - DAY, uptimeSeconds: 3600, modules: [] })
    const dumped = { 'Windows/Minidump/1.dmp': bytes, ...report(MORNING) }
    expect((await scanVolume(writeVolume(dumped))).crashes).toMatchObject([{ sources: ['minidump'] }])
  })

  test('is a crash of its own before the System log begins, and where there is none', async () => {
    const files = { ...systemLog(new Story().boot(MORNING)), ...report(MORNING - 20 * DAY, 2) }
    for (const volume of [files, report(MORNING - 20 * DAY, 2)]) {
      const { crashes } = await scanVolume(writeVolume(volume))
      expect(crashes).toMatchObject([
        { id: 'bugcheck:2026-02-10T08:00:00.000Z', at: '2026-02-10T08:00:00.000Z', atPrecision: 'latest' },
      ])
    }
  })

  test('that comes in a boot after a clean end is of an older one, of which nothing is known', async () => {
    const clean = new Story().boot(MORNING).shutdown(MORNING + HOUR)
    clean.boot(MORNING + 2 * HOUR, { kernelStop: MORNING + HOUR + 2_000 })
    const files = { ...systemLog(clean), ...report(MORNING + 3 * HOUR) }
    const { boots, crashes } = await scanVolume(writeVolume(files))
    expect([crashes, boots[0]?.end]).toEqual([[], 'clean'])
  })
})

describe('programs that crash where Windows Error Reporting is switched off', () => {
  const NONE = '00000000-0000-0000-0000-000000000000'
  const MODULE = ['ntdll.dll', '10.0.19041.1', '5f000001', 'c0000005', '0000000000001234']
  const crashed = (name: string, startedAt: string): string[] =>
    [name, '1.0.0.0', '5f000000'].concat(MODULE, [
      '0',
      startedAt,
      `C:\\${name}`,
      'C:\\Windows\\ntdll.dll',
      NONE,
      '',
      '',
    ])
  const told = async (...events: string[][]) => {
    const story = new Story()
    for (const [index, data] of events.entries())
      story.add(MORNING + index * 5 * MINUTE, 'Application Error', 1000, data)
    const volume = writeVolume({ [`${LOGS}/Application.evtx`]: writeEvtx(story.events) })
    return (await scanVolume(volume)).crashes.map(({ process, count }) => `${process} x${count}`)
  }

  test('are not one, though all reports have the same empty id', async () => {
    const events = [crashed('EMISWeb.exe', '01db345e7e384829'), crashed('OUTLOOK.EXE', '01db345e7e384830')]
    expect(await told(...events)).toEqual(['EMISWeb.exe x1', 'OUTLOOK.EXE x1'])
  })

  test.each(['0', '0x0', ''])('are counted where the process’s own start is not known: %s', async (startedAt) => {
    expect(await told(crashed('EMISWeb.exe', startedAt), crashed('EMISWeb.exe', startedAt))).toEqual(['EMISWeb.exe x2'])
  })
})

test('a service of a security product is known by its title too, which is all that Windows 7 tells', async () => {
  const story = new Story('PC-1', '7601.24384').boot(MORNING)
  story.add(MORNING + HOUR, 'Service Control Manager', 7034, ['CrowdStrike Falcon Sensor Service', '1'])
  story.add(MORNING + HOUR, 'Service Control Manager', 7023, ['Windows Time', '%%5'])
  const services = system(
    service('CSFalconService', { DisplayName: 'CrowdStrike Falcon Sensor Service' }),
    service('W32Time', { DisplayName: '@%SystemRoot%\\system32\\w32time.dll,-200' }),
  )
  const { crashes, serviceFailures } = await scanVolume(writeVolume({ ...services, ...systemLog(story) }))
  expect(crashes).toMatchObject([{ kind: 'service', process: 'CSFalconService' }])
  expect(serviceFailures).toMatchObject([{ service: 'Windows Time' }])
})

describe('crash dumps', () => {
  const settings = system(keyAt('ControlSet001\\Control\\CrashControl', { values: { CrashDumpEnabled: 7 } }))
  const ready = async (story: Story) =>
    (await scanVolume(writeVolume({ ...settings, ...systemLog(story) }))).readiness.crashDumps

  test('cannot be written where the newest start found no page file for them', async () => {
    const failed = new Story().boot(MORNING).add(MORNING + 9_000, 'volmgr', 46, ['\\Device\\HarddiskVolume3'])
    expect(await ready(new Story().boot(MORNING))).toBe(true)
    expect(await ready(failed)).toBe(false)
    expect(await ready(failed.shutdown(MORNING + HOUR).boot(MORNING + 2 * HOUR))).toBe(true)
  })
})

describe('an end', () => {
  test('by heat is told as such', async () => {
    const story = new Story().boot(MORNING).boot(MORNING + 3 * HOUR, { unclean: true })
    story.uncleanStart(MORNING + 3 * HOUR + 4_000)
    story.add(MORNING + 3 * HOUR + 4_000, 'Microsoft-Windows-Kernel-Power', 86, {
      ShutdownTime: '2026-03-02T10:59:00Z',
    })
    const { boots } = await scanVolume(writeVolume(systemLog(story)))
    expect(boots[0]).toMatchObject({ end: 'unexpected', endReason: expect.stringMatching(/too hot/) })
    expect(boots[1]?.previous.reason).toMatch(/too hot/)
  })

  test('that somebody asked for is told so of the log’s last boot too', async () => {
    const story = new Story().boot(MORNING).shutdown(MORNING + HOUR)
    const { boots } = await scanVolume(writeVolume(systemLog(story)))
    expect(boots[0]).toMatchObject({ end: 'clean', endReason: expect.stringMatching(/^asked for by winlogon/) })
  })
})

describe('a path', () => {
  const PROGRAM = 'Program Files (x86)/Confer Tools.x64/RepMgr.exe'

  test.each([
    ['by Windows’ long form', '\\\\?\\C:\\Program Files (x86)\\Confer Tools.x64\\RepMgr.exe'],
    ['by short names', 'C:\\PROGRA~2\\CONFER~1.X64\\RepMgr.exe /service'],
  ])('of a service’s program %s is found', (_, image) => {
    const files = { 'Program Files/a.txt': '', 'ProgramData/a.txt': '', [PROGRAM]: writePe({ version: '4.0.2.1570' }) }
    const volume = new Volume(writeVolume({ ...files, ...system(service('CbDefense', { ImagePath: image })) }))
    expect(readSensors(volume)).toMatchObject([{ name: 'carbon-black', version: '4.0.2.1570' }])
    volume.close()
  })

  test('of a driver may be relative to either of Windows’ folders', async () => {
    const image = { Type: 1, Start: 1, ImagePath: 'SysWOW64\\drivers\\old.sys' }
    const files = { 'Windows/SysWOW64/drivers/old.sys': writePe({ version: '1.2.3.4', company: 'Maker' }) }
    const { components } = await scanVolume(writeVolume({ ...files, ...system(service('old', image)) }))
    expect(components).toMatchObject([{ kind: 'driver', name: 'old.sys', version: '1.2.3.4' }])
  })
})

describe('a computer’s name', () => {
  const named = (netbios: string, host: string): VolumeFiles =>
    system(
      keyAt('ControlSet001\\Control\\ComputerName\\ComputerName', { values: { ComputerName: netbios } }),
      keyAt('ControlSet001\\Services\\Tcpip\\Parameters', { values: { Hostname: host, 'NV Hostname': host } }),
    )

  test.each([
    ['PRACTICE-RECEPT', 'Practice-Reception-02', 'Practice-Reception-02'],
    ['PC-1', 'pc-1', 'PC-1'],
    // renamed, and not started since
    ['PC-NEW', 'PC-OLD-OF-RECEPTION', 'PC-NEW'],
  ])('%s with host name %s is %s', async (netbios, host, expected) => {
    expect((await scanVolume(writeVolume(named(netbios, host)))).computerName).toBe(expected)
  })
})

test('Defender that is passive and blocks all the same says so', () => {
  const image = 'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24060.7-0\\MsMpEng.exe'
  const passive = keyAt('Microsoft\\Windows Defender', { values: { PassiveMode: 1 } })
  const blocks = keyAt('Policies\\Microsoft\\Windows Defender\\Features', { values: { PassiveRemediation: 1 } })
  const detailOf = (...software: WrittenKey[]) => {
    const hive = { 'Windows/System32/config/SOFTWARE': writeHive(mergeKeys(...software)) }
    const volume = new Volume(writeVolume({ ...hive, ...system(service('WinDefend', { ImagePath: image })) }))
    const [found] = readSensors(volume)
    volume.close()
    return found?.detail
  }
  expect(detailOf(passive)).toEqual({ state: 'passive' })
  expect(detailOf(passive, blocks)).toEqual({ state: 'passive', mode: 'EDR in block mode' })
  expect(detailOf(blocks)).toBeUndefined()
})
