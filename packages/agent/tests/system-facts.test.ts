import { describe, expect, test } from 'vitest'
import { scanVolume } from '../src/scan.ts'
import { Story } from './support/story.ts'
import { type WrittenEvent, writeEvtx } from './support/write-evtx.ts'
import { keyAt, mergeKeys, type WrittenKey, writeHive } from './support/write-hive.ts'
import { writePe } from './support/write-pe.ts'
import { type VolumeFiles, writeVolume } from './support/write-volume.ts'

const AT = Date.parse('2024-07-19T09:00:00.000Z')
const LOGS = 'Windows/System32/winevt/Logs'
const SET = 'ControlSet001'

describe('the build of Windows', () => {
  const version = (values: WrittenKey['values']): WrittenKey =>
    keyAt('Microsoft\\Windows NT\\CurrentVersion', values ? { values } : {})

  test.each([
    [
      'Windows 10',
      { CurrentBuildNumber: '19045', UBR: 4651, ProductName: 'Windows 10 Pro', DisplayVersion: '22H2' },
      '19045.4651',
      'Windows 10 Pro 22H2',
    ],
    [
      'Windows 11, which still calls itself 10',
      { CurrentBuildNumber: '26100', UBR: 1150, ProductName: 'Windows 10 Pro', DisplayVersion: '24H2' },
      '26100.1150',
      'Windows 11 Pro 24H2',
    ],
    [
      'Server 2022',
      { CurrentBuildNumber: '20348', UBR: 2582, ProductName: 'Windows Server 2022 Standard', DisplayVersion: '21H2' },
      '20348.2582',
      'Windows Server 2022 Standard 21H2',
    ],
    [
      'Windows 7',
      {
        CurrentBuildNumber: '7601',
        BuildLabEx: '7601.24214.amd64fre.win7sp1_ldr.180801-1700',
        ProductName: 'Windows 7 Professional',
        CSDVersion: 'Service Pack 1',
      },
      '7601.24214',
      'Windows 7 Professional Service Pack 1',
    ],
  ])('is read from the registry of %s', async (_, values, os, osName) => {
    const scan = await scanVolume(writeVolume({ 'Windows/System32/config/SOFTWARE': writeHive(version(values)) }))
    expect(scan).toMatchObject({ os, osName })
    expect(scan.components).toContainEqual(expect.objectContaining({ kind: 'os', name: 'windows', version: os }))
  })

  test('is read from the log without a hive, from the kernel without either, and else unknown', async () => {
    const log = { [`${LOGS}/System.evtx`]: writeEvtx(new Story('PC', '22631.3880').boot(AT).events) }
    expect(await scanVolume(writeVolume(log))).toMatchObject({
      os: '22631.3880',
      osName: 'Windows 11',
      computerName: 'PC',
    })
    const kernel = { 'Windows/System32/ntoskrnl.exe': writePe({ version: '10.0.19041.4522' }) }
    expect((await scanVolume(writeVolume(kernel))).os).toBe('19041.4522')
    const nothing = await scanVolume(writeVolume({ 'Windows/a.txt': '' }))
    expect(nothing.os).toBeNull()
    expect(nothing.problems.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['no-windows', 'log-missing', 'os-unknown']),
    )
  })
})

describe('drivers', () => {
  test("of other makers, with version, company and start; Windows' own, disabled and missing ones are left out", async () => {
    const service = (name: string, values: WrittenKey['values']): WrittenKey =>
      keyAt(`${SET}\\Services\\${name}`, { values: { Type: 1, Start: 0, ...values } })
    const scan = await scanVolume(
      hives(
        mergeKeys(
          service('Maker', { ImagePath: '\\SystemRoot\\System32\\drivers\\Maker.sys' }),
          service('Own', {}),
          service('Off', { Start: 4 }),
          service('Gone', {}),
          service('Program', { Type: 16, ImagePath: 'C:\\Windows\\maker.exe' }),
        ),
        {
          'Windows/System32/drivers/maker.sys': writePe({
            version: '5.4.3.2',
            company: 'Maker GmbH',
            product: 'Thing',
          }),
          'Windows/System32/drivers/own.sys': writePe({ version: '10.0.1.1', company: 'Microsoft Corporation' }),
          'Windows/System32/drivers/off.sys': writePe({ version: '1.0.0.0', company: 'Maker GmbH' }),
          'Windows/maker.exe': writePe({ version: '1.0.0.0', company: 'Maker GmbH' }),
        },
      ),
    )
    expect(scan.components.filter(({ kind }) => kind === 'driver')).toEqual([
      {
        kind: 'driver',
        name: 'maker.sys',
        version: '5.4.3.2',
        at: null,
        detail: { start: 'boot', service: 'Maker', company: 'Maker GmbH', product: 'Thing' },
      },
    ])
  })
})

describe('programs of a practice', () => {
  test.each([
    ['EMIS Web', 'EMIS Health', 'emis-web'],
    ['EMIS Web Application Framework', 'Egton', 'emis-web'],
    ['TPP SystmOne Client', 'The Phoenix Partnership', 'systmone'],
    ['Vision 3', 'In Practice Systems', 'vision'],
    ['Vision', 'Cegedim', 'vision'],
    ['EMIS Web Update Service', 'EMIS Health', undefined],
    ['Docman 10', 'OneAdvanced', 'docman'],
    ['NHS Digital Identity Agent', 'NHS Digital', 'identity-agent'],
    ['Microsoft Edge WebView2 Runtime', 'Microsoft Corporation', 'edge-webview'],
    ['Microsoft 365 Apps for enterprise - en-gb', 'Microsoft Corporation', 'office'],
    ['SafeNet Authentication Client 10.8', 'Thales', 'smart-card-middleware'],
    ['PaperCut MF Client', 'PaperCut Software', 'papercut'],
    ['Supervision Studio', 'Other', undefined],
    ['Vision', 'A maker of cameras', undefined],
    ['Chemistry Helper', 'Other', undefined],
  ])('%s by %s', async (DisplayName, Publisher, name) => {
    const software = keyAt('WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\{1}', {
      values: { DisplayName, Publisher, DisplayVersion: '9.1', InstallDate: '20240718' },
    })
    const { components } = await scanVolume(writeVolume({ 'Windows/System32/config/SOFTWARE': writeHive(software) }))
    expect(components.map((component) => component.name)).toEqual(name === undefined ? [] : [name])
  })

  test('are told by the newest entry, and by their own word before it', async () => {
    const entry = (view: string, DisplayName: string, DisplayVersion: string) =>
      keyAt(`${view}Microsoft\\Windows\\CurrentVersion\\Uninstall\\${DisplayName}`, {
        values: { DisplayName, DisplayVersion },
      })
    const software = mergeKeys(
      entry('', 'EMIS Web', '9.9.1'),
      entry('WOW6432Node\\', 'EMIS Web 2', '9.10.0'),
      entry('', 'Microsoft 365 Apps for enterprise - en-gb', '16.0.1.1'),
      keyAt('Microsoft\\Office\\ClickToRun\\Configuration', { values: { VersionToReport: '16.0.17928.20156' } }),
      keyAt('Microsoft\\Windows\\CurrentVersion\\App Paths\\OUTLOOK.EXE', {
        values: { '': 'C:\\Program Files\\Microsoft Office\\Root\\Office16\\OUTLOOK.EXE' },
      }),
    )
    const files = {
      'Windows/System32/config/SOFTWARE': writeHive(software),
      'Program Files/Microsoft Office/Root/Office16/OUTLOOK.EXE': writePe({ version: '16.0.17928.20200' }),
    }
    const { components } = await scanVolume(writeVolume(files))
    expect(components.map(({ kind, name, version }) => `${kind}:${name}@${version}`).sort()).toEqual([
      'app:emis-web@9.10.0',
      'app:office@16.0.17928.20156',
      'app:outlook@16.0.17928.20200',
    ])
  })
})

describe('readiness for a bad day', () => {
  test('is told as far as the disk tells it', async () => {
    const system = mergeKeys(
      keyAt(`${SET}\\Control\\CrashControl`, { values: { CrashDumpEnabled: 0 } }),
      keyAt(`${SET}\\Control\\SafeBoot\\Network\\pumphandle-agent`, {}),
      keyAt(`${SET}\\Control\\BitLockerStatus`, { values: { BootStatus: 1 } }),
    )
    const escrow: WrittenEvent = { recordId: 1, at: AT, provider: 'Microsoft-Windows-BitLocker-API', eventId: 845 }
    const { readiness } = await scanVolume(
      hives(system, {
        'Windows/System32/Recovery/ReAgent.xml': '<WindowsRE version="2.0"><InstallState state="1"/></WindowsRE>',
        [`${LOGS}/Microsoft-Windows-BitLocker%4BitLocker Management.evtx`]: writeEvtx([escrow]),
      }),
    )
    expect(readiness).toEqual({
      recoveryEnvironment: true,
      crashDumps: false,
      safeModeAgent: true,
      bitlocker: true,
      bitlockerKeyEscrowed: true,
    })
  })

  test('claims nothing that it does not know', async () => {
    expect((await scanVolume(writeVolume({ 'Windows/a.txt': '' }))).readiness).toEqual({})
  })
})

describe('what the log tells besides', () => {
  test('updates, installed and failed', async () => {
    const story = new Story().boot(AT)
    const provider = 'Microsoft-Windows-WindowsUpdateClient'
    story.add(AT + 1_000, provider, 19, {
      updateTitle: '2024-07 Cumulative Update for Windows 10 (KB5040427)',
      updateGuid: '{8EE3D0EF-5511-453A-B9DD-00AFFED0477E}',
    })
    story.add(AT + 2_000, provider, 20, {
      errorCode: '0x80248007',
      updateTitle: 'Kumulatives Update (KB5040427)',
      updateGuid: '{25ACAE93-40D4-4E62-814C-EFB2F29F1BCA}',
    })
    story.add(AT + 3_000, provider, 20, {
      errorCode: '0x8024001e',
      updateTitle: '9WZDNCRFJ3PS-Microsoft.RemoteDesktop',
      updateGuid: '{4F4C6874-F6CF-49E3-8405-65CF9EE97F18}',
    })
    const { updates } = await scanVolume(writeVolume({ [`${LOGS}/System.evtx`]: writeEvtx(story.events) }))
    expect(updates).toMatchObject([
      { outcome: 'installed', kb: 'KB5040427' },
      { outcome: 'failed', kb: 'KB5040427', errorCode: '0x80248007' },
      { outcome: 'failed', isStoreApp: true },
    ])
    expect(new Set(updates.map(({ id }) => id)).size).toBe(3)
  })

  test('a loss of the network while the machine stayed up, and none while it was off', async () => {
    const network = (minute: number, eventId: number, recordId: number): WrittenEvent => ({
      recordId,
      at: AT + minute * 60_000,
      provider: 'Microsoft-Windows-NetworkProfile',
      eventId,
      data: { Name: 'Surgery' },
    })
    const dir = writeVolume({
      [`${LOGS}/System.evtx`]: writeEvtx(new Story().boot(AT).boot(AT + 100 * 60_000).events),
      [`${LOGS}/Microsoft-Windows-NetworkProfile%4Operational.evtx`]: writeEvtx([
        network(10, 10_001, 1),
        network(25, 10_000, 2),
        network(90, 10_001, 3),
        network(101, 10_000, 4),
      ]),
    })
    expect((await scanVolume(dir)).networkLosses).toEqual([
      {
        id: 'network-loss:2024-07-19T09:10:00.000Z',
        at: '2024-07-19T09:10:00.000Z',
        until: '2024-07-19T09:25:00.000Z',
      },
    ])
  })

  test('what start-up repair found, in any language, without people', async () => {
    const text =
      '\uFEFFGefundene Ursache:\r\n---------------\r\nStartkritische Datei c:\\windows\\system32\\drivers\\csagent.sys ist beschädigt.\r\nC:\\Users\\jane.doe\\x.dll\r\n'
    const dir = writeVolume({
      'Windows/System32/LogFiles/Srt/SrtTrail.txt': { bytes: Buffer.from(text, 'utf16le'), modifiedAt: AT },
    })
    const { startRepair } = await scanVolume(dir)
    expect(startRepair).toMatchObject({ files: ['csagent.sys', 'x.dll'], at: '2024-07-19T09:00:00.000Z' })
    expect(JSON.stringify(startRepair)).not.toContain('jane')
  })

  test('who the machine is', async () => {
    const v = Buffer.alloc(24)
    for (const [index, part] of [1_111, 2_222, 3_333].entries()) v.writeUInt32LE(part, 12 + 4 * index)
    const sam = writeHive(keyAt('SAM\\Domains\\Account', { values: { V: v } }))
    const system = keyAt(`${SET}\\Control\\SystemInformation`, {
      values: { BIOSVersion: 'N2IET', SystemManufacturer: 'LENOVO', SystemProductName: '20N' },
    })
    const scan = await scanVolume(hives(system, { 'Windows/System32/config/SAM': sam }))
    expect(scan).toMatchObject({ machineSid: 'S-1-5-21-1111-2222-3333', maker: 'LENOVO', model: '20N' })
    expect(scan.components).toContainEqual(
      expect.objectContaining({ kind: 'firmware', name: 'bios', version: 'N2IET' }),
    )
  })

  test('what its logs call it, where there is no registry', async () => {
    const event = {
      recordId: 1,
      at: AT,
      provider: 'Application Error',
      eventId: 1000,
      computer: 'PC-7.practice.nhs.uk',
    }
    const log = writeEvtx([{ ...event, data: ['a.exe'] }])
    const scan = await scanVolume(writeVolume({ 'Windows/System32/winevt/Logs/Application.evtx': log }))
    expect(scan.computerName).toBe('PC-7')
  })

  test('what hardware a disk last ran on', async () => {
    const hardware = (id: string, values: Record<string, string>): WrittenKey =>
      keyAt(`HardwareConfig\\${id}`, { values })
    const system = mergeKeys(
      keyAt(`${SET}\\Control\\SystemInformation`, {}),
      keyAt('HardwareConfig', { values: { LastConfig: '{2}' } }),
      hardware('{1}', { BIOSVersion: 'A1', SystemManufacturer: 'Old' }),
      hardware('{2}', { BIOSVersion: 'A14', SystemManufacturer: 'Dell Inc.', SystemProductName: 'Latitude E6430' }),
    )
    const scan = await scanVolume(hives(system))
    expect(scan).toMatchObject({ maker: 'Dell Inc.', model: 'Latitude E6430' })
    expect(scan.components).toContainEqual(expect.objectContaining({ kind: 'firmware', version: 'A14' }))
  })
})

function hives(system: WrittenKey, files: VolumeFiles = {}): string {
  const selected = mergeKeys(keyAt('Select', { values: { Current: 1 } }), system)
  return writeVolume({ 'Windows/System32/config/SYSTEM': writeHive(selected), ...files })
}
