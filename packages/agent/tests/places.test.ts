import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readFirstSight } from '../src/run/first-sight.ts'
import { writeTold } from '../src/run/told.ts'
import { scanVolume } from '../src/scan.ts'
import { Story } from './support/story.ts'
import { writeDump } from './support/write-dump.ts'
import { writeEvtx } from './support/write-evtx.ts'
import { keyAt, mergeKeys, type WrittenKey, writeHive } from './support/write-hive.ts'
import { type VolumeFiles, writeVolume } from './support/write-volume.ts'

const MORNING = Date.parse('2026-03-02T08:00:00.500Z')
const DAY = 86_400_000
const MINUTE = 60_000
const LOG = 'Windows/System32/winevt/Logs/System.evtx'
const FILE = 'ControlSet001\\Services\\EventLog\\System'

const system = (...keys: WrittenKey[]) => ({
  'Windows/System32/config/SYSTEM': writeHive(mergeKeys(keyAt('Select', { values: { Current: 1 } }), ...keys)),
})
const software = (...keys: WrittenKey[]) => ({ 'Windows/System32/config/SOFTWARE': writeHive(mergeKeys(...keys)) })
const OLD = writeEvtx(new Story().boot(MORNING - 700 * DAY).boot(MORNING - 699 * DAY, { unclean: true }).events)
const NEW = writeEvtx(new Story().boot(MORNING).events)
const daysOf = async (files: VolumeFiles) =>
  (await scanVolume(writeVolume(files))).boots.map(({ startedAt }) => startedAt.slice(0, 10))

describe('a System log that was moved', () => {
  test.each([
    ['by an administrator', system(keyAt(FILE, { values: { File: 'C:\\EventLogs\\System.evtx' } }))],
    ['with a name of its own', system(keyAt(FILE, { values: { File: '%SystemDrive%\\EventLogs\\System.evtx' } }))],
    ['with slashes', system(keyAt(FILE, { values: { File: 'c:/eventlogs/SYSTEM.EVTX' } }))],
    [
      'by policy, which comes first',
      {
        ...system(keyAt(FILE, { values: { File: '%SystemRoot%\\System32\\Winevt\\Logs\\System.evtx' } })),
        ...software(
          keyAt('Policies\\Microsoft\\Windows\\EventLog\\System', { values: { File: 'C:\\EventLogs\\System.evtx' } }),
        ),
      },
    ],
  ])('%s is read there', async (_, hives) => {
    expect(await daysOf({ ...hives, [LOG]: OLD, 'EventLogs/System.evtx': NEW })).toEqual(['2026-03-02'])
  })

  test('and is not there, or is on another drive, is missed, and the old one is not read', async () => {
    for (const [file, code] of [
      ['C:\\Gone\\System.evtx', 'log-missing'],
      ['D:\\EventLogs\\System.evtx', 'log-elsewhere'],
    ] as const) {
      const files = { ...system(keyAt(FILE, { values: { File: file } })), [LOG]: OLD, 'EventLogs/System.evtx': NEW }
      const { boots, problems } = await scanVolume(writeVolume(files))
      expect(boots).toEqual([])
      expect(problems.map((problem) => problem.code)).toContain(code)
    }
  })

  test('is read in the next start’s first second, which does not ask the registry', () => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'places-'))
    writeTold(dataFolder, { names: {}, logs: { System: { path: 'EventLogs/System.evtx' } } })
    const volume = writeVolume({ [LOG]: OLD, 'EventLogs/System.evtx': NEW })
    const scene = { volume, isLive: true, startedAt: MORNING, now: MORNING + MINUTE, dataFolder }
    expect(readFirstSight(scene).boot.bootId).toBe(new Date(MORNING).toISOString())
  })
})

describe('BitLocker', () => {
  test('is known after fast start-up, by the cold start before it', async () => {
    const story = new Story().boot(MORNING)
    Object.assign(story.events.at(-1)?.data ?? {}, { LoadOptions: ' NOEXECUTE=OPTIN  FVEBOOT=1075' })
    story.fastStartup(MORNING + 10 * MINUTE, MORNING + DAY)
    expect((await scanVolume(writeVolume({ [LOG]: writeEvtx(story.events) }))).readiness.bitlocker).toBe(true)
  })
})

describe('the build of an enablement package', () => {
  const log = { [LOG]: writeEvtx(new Story('PC-1', '19041.4651').boot(MORNING).events) }
  const enabled = {
    'Windows/servicing/Packages/Microsoft-Windows-22H2Enablement-Package~31bf~amd64~~10.0.19041.1.mum': '',
  }

  test('is told by the packages on the disk where the registry cannot be read', async () => {
    expect((await scanVolume(writeVolume({ ...log, ...enabled }))).os).toBe('19045.4651')
    const { os, components } = await scanVolume(writeVolume(log))
    expect(os).toBe('19041.4651')
    expect(components[0]?.detail?.['build']).toMatch(/enablement/)
  })

  test('is the newest boot’s too, by the registry', async () => {
    const current = keyAt('Microsoft\\Windows NT\\CurrentVersion', {
      values: { CurrentBuildNumber: '19045', UBR: 4651 },
    })
    const { boots } = await scanVolume(writeVolume({ ...log, ...software(current) }))
    expect(boots.map(({ os }) => os)).toEqual(['19045.4651'])
  })
})

describe('a server', () => {
  test.each([
    ['9600.19985', 'ServerNT', 'Windows Server 2012 R2'],
    ['14393.7254', 'LanmanNT', 'Windows Server 2016'],
    ['17763.6054', 'ServerNT', 'Windows Server 2019'],
    ['17763.6054', 'WinNT', 'Windows 10'],
    ['20348.2582', undefined, 'Windows Server 2022'],
    ['25398.1009', 'ServerNT', 'Windows Server, version 23H2'],
    ['26100.1150', 'ServerNT', 'Windows Server 2025'],
    ['26100.1150', 'WinNT', 'Windows 11'],
    ['27842.1000', 'ServerNT', 'Windows Server'],
  ])('of build %s and type %s is %s without its SOFTWARE hive', async (os, type, name) => {
    const log = { [LOG]: writeEvtx(new Story('PC-1', os).boot(MORNING).events) }
    const options = keyAt('ControlSet001\\Control\\ProductOptions', { values: { ProductType: type ?? '' } })
    const scan = await scanVolume(writeVolume({ ...log, ...(type !== undefined && system(options)) }))
    expect([scan.osName, scan.os]).toEqual([name, os])
    const isDoubted = scan.components[0]?.detail?.['build'] !== undefined
    expect(isDoubted).toBe(os === '26100.1150' && type === 'WinNT')
  })

  const edition = (name: string): VolumeFiles => ({
    [`Windows/servicing/Packages/Microsoft-Windows-${name}~31bf3856ad364e35~amd64~~10.0.26100.1.mum`]: '',
  })
  const dump = writeDump({
    stopCode: 0x50,
    parameters: [1n, 0n, 0n, 0n],
    crashedAt: MORNING,
    uptimeSeconds: 9,
    modules: [],
    build: 26_100,
  })
  dump.writeUInt32LE(3, 0x1040)
  test.each([
    ['26100.1150', {}, 'Windows (build 26100)'],
    ['9600.19985', {}, 'Windows (build 9600)'],
    ['22631.3880', {}, 'Windows 11'],
    ['26100.1150', edition('ServerStandardEdition'), 'Windows Server 2025'],
    ['26100.1150', edition('ServerDatacenterEvalEdition'), 'Windows Server 2025'],
    ['26100.1150', edition('ProfessionalEdition'), 'Windows 11'],
    ['26100.1150', edition('25H2Enablement-Package'), 'Windows 11'],
    ['26100.1150', { 'Windows/Minidump/1.dmp': dump }, 'Windows Server 2025'],
  ])('is told of build %s by what there is without any hive: %#', async (os, files, name) => {
    const scan = await scanVolume(
      writeVolume({ [LOG]: writeEvtx(new Story('PC-1', os).boot(MORNING).events), ...files }),
    )
    expect(scan.osName).toBe(name)
  })
})

describe('dumps that tell of no crash of now', () => {
  const dump = (stopCode: number, crashedAt: number, uptimeSeconds: number, isLive = false) =>
    writeDump({ stopCode, parameters: [1n << 40n, 2n, 3n, 4n], crashedAt, uptimeSeconds, modules: [], isLive })
  const running = new Story().boot(MORNING).add(MORNING + 60 * MINUTE, 'Filler', 1)

  test.each([
    ['a display driver that was started anew', dump(0x141, MORNING + 10 * MINUTE, 600), []],
    ['one that says so in its header', dump(0x144, MORNING + 59.5 * MINUTE, 3570, true), []],
    ['one after which the machine went on', dump(0x144, MORNING + 10 * MINUTE, 600), []],
    ['a crash', dump(0x144, MORNING + 59.5 * MINUTE, 3570), ['0x00000144']],
  ])('%s', async (_, bytes, expected) => {
    const files = { [LOG]: writeEvtx(running.events), 'Windows/Minidump/1.dmp': bytes }
    const { crashes } = await scanVolume(writeVolume(files))
    expect(crashes.map(({ stopCode }) => stopCode)).toEqual(expected)
  })

  test('months old: they say nothing of how this start came about', async () => {
    const old = { 'Windows/Minidump/1.dmp': dump(0x7e, MORNING - 90 * DAY, 3600) }
    const volume = writeVolume({ ...old, [LOG]: writeEvtx(new Story().boot(MORNING).events) })
    const { boots } = await scanVolume(volume)
    expect(boots.map(({ previous }) => previous.end)).toEqual(['unknown', 'unknown'])
    const scene = { isLive: true, startedAt: MORNING, now: MORNING + MINUTE }
    expect(readFirstSight({ ...scene, volume: writeVolume(old) }).boot.previousEnd).toBe('unknown')
    const fresh = writeVolume({ 'Windows/Minidump/1.dmp': dump(0x7e, MORNING - 2 * MINUTE, 60) })
    expect(readFirstSight({ ...scene, volume: fresh }).boot.previousEnd).toBe('bugcheck')
  })
})
