import { Story } from './story.ts'
import { writeDump } from './write-dump.ts'
import { writeEvtx } from './write-evtx.ts'
import { keyAt, mergeKeys, writeHive } from './write-hive.ts'
import { writePe } from './write-pe.ts'
import { writeVolume } from './write-volume.ts'

/** The night of 19 July 2024 as one machine has it on disk. */
export const FALCON_NIGHT = {
  computer: 'SURGERY-PC-07',
  os: '19045.4651',
  startedAt: Date.parse('2024-07-19T03:01:00.000Z'),
  channelAt: Date.parse('2024-07-19T04:09:27.000Z'),
  crashedAt: Date.parse('2024-07-19T04:11:05.250Z'),
  restartedAt: Date.parse('2024-07-19T04:12:30.500Z'),
  stopCode: 0x50,
  /** csagent.sys+0xe14ed read outside the table that the channel file described. */
  parameters: [0xffff9c8e0000008an, 0n, 0xfffff802375414edn, 0n] as [bigint, bigint, bigint, bigint],
  sensorVersion: '7.15.18513.0',
  machineGuid: '6F9619FF-8B86-D011-B42D-00CF4FC964FF',
} as const

const MODULES = [
  { path: '\\SystemRoot\\system32\\ntoskrnl.exe', base: 0xfffff80230000000n, size: 0x1046000 },
  { path: '\\SystemRoot\\System32\\drivers\\tcpip.sys', base: 0xfffff80236000000n, size: 0x300000 },
  {
    path: '\\SystemRoot\\System32\\drivers\\CrowdStrike\\csagent.sys',
    base: 0xfffff80237460000n,
    size: 0x2b0000,
    builtAt: Date.UTC(2024, 5, 20),
  },
]

export interface FalconVolumeOptions {
  /** Where to write; by default a fresh folder. */
  dir?: string
  /** Leaves out the dump, as where Windows has not written it yet. */
  withoutDump?: boolean
  /** The channel file is all zeros, as some were found. */
  hasZeroChannel?: boolean
  /** How often the machine crashed again within a minute of starting. */
  loops?: number
}

/**
 * A Windows volume of a machine that the faulty channel file 291 stopped: System.evtx with Kernel-Power 41 and event 1001,
 * the small dump with csagent.sys at the faulting address, the sensor and its channel files, and the hives.
 */
export function buildFalconVolume(options: FalconVolumeOptions = {}): string {
  const { computer, os, startedAt, crashedAt, restartedAt, stopCode, parameters } = FALCON_NIGHT
  const dumpOf = (number: number): string => `071924-${8890 + number}-01.dmp`
  const story = new Story(computer, os).boot(startedAt, { kernelStop: startedAt - 30_000 })
  story.add(startedAt + 3_600_000, 'EventLog', 6013, ['', '', '', '', '3600', '', ''])
  const dumps: Record<string, Buffer> = {}
  for (let crash = 0; crash <= (options.loops ?? 0); crash++) {
    const shift = crash * 120_000
    const moved: [bigint, bigint, bigint, bigint] = [parameters[0] + BigInt(crash), 0n, parameters[2], 0n]
    const bugcheck = { stopCode, parameters: moved, dump: `C:\\Windows\\Minidump\\${dumpOf(crash)}` }
    story.boot(restartedAt + shift, { unclean: true })
    story.uncleanStart(restartedAt + shift + 5_000, { bugcheck })
    story.bugcheckReport(restartedAt + shift + 20_000, bugcheck)
    dumps[`Windows/Minidump/${dumpOf(crash)}`] = writeDump({
      stopCode,
      parameters: moved,
      crashedAt: crashedAt + shift,
      uptimeSeconds: (crashedAt + shift - (crash === 0 ? startedAt : restartedAt + shift - 120_000)) / 1000,
      modules: MODULES,
      stack: [0xfffff802304001a0n, 0xfffff802375414edn, 0xfffff8023043b2c0n],
      instruction: 0xfffff802304001a0n,
    })
  }
  const drivers = 'Windows/System32/drivers'
  return writeVolume(
    {
      'Windows/System32/winevt/Logs/System.evtx': writeEvtx(story.events, { hasStaleHeader: true }),
      'Windows/System32/winevt/Logs/Application.evtx': writeEvtx([]),
      'Windows/System32/config/SYSTEM': writeHive(systemHive(computer)),
      'Windows/System32/config/SOFTWARE': writeHive(softwareHive()),
      [`${drivers}/CrowdStrike/CSAgent.sys`]: writePe({
        version: FALCON_NIGHT.sensorVersion,
        company: 'CrowdStrike, Inc.',
        product: 'CrowdStrike Falcon Sensor',
      }),
      [`${drivers}/CrowdStrike/C-00000291-00000000-00000032.sys`]: {
        bytes: options.hasZeroChannel ? Buffer.alloc(40_960) : Buffer.alloc(40_960, 0xaa),
        modifiedAt: FALCON_NIGHT.channelAt,
      },
      [`${drivers}/CrowdStrike/C-00000291-00000000-00000029.sys`]: {
        bytes: Buffer.alloc(40_000, 0xaa),
        modifiedAt: FALCON_NIGHT.channelAt - 86_400_000,
      },
      [`${drivers}/CrowdStrike/C-00000258-00000000-00000007.sys`]: {
        bytes: Buffer.alloc(2_000, 0xaa),
        modifiedAt: FALCON_NIGHT.channelAt - 40 * 86_400_000,
      },
      [`${drivers}/tcpip.sys`]: writePe({ version: '10.0.19041.4651', company: 'Microsoft Corporation' }),
      ...(options.withoutDump ? {} : dumps),
    },
    options.dir,
  )
}

const HARDWARE = '{4c4c4544-0042-3210-804d-c4c04f4e3232}'

function systemHive(computer: string) {
  const control = 'ControlSet001\\Control'
  return mergeKeys(
    keyAt('Select', { values: { Current: 1, Default: 1 } }),
    keyAt(`${control}\\ComputerName\\ComputerName`, { values: { ComputerName: computer } }),
    keyAt(`${control}\\CrashControl`, { values: { CrashDumpEnabled: 7 } }),
    keyAt('HardwareConfig', { values: { LastConfig: HARDWARE } }),
    keyAt(`HardwareConfig\\${HARDWARE}`, {
      values: {
        BIOSVersion: '1.30.0',
        BIOSReleaseDate: '05/17/2024',
        SystemManufacturer: 'Dell Inc.',
        SystemProductName: 'OptiPlex 7010',
      },
    }),
    keyAt('ControlSet001\\Services\\CSAgent', {
      values: {
        Type: 2,
        Start: 1,
        Group: 'FSFilter Activity Monitor',
        ImagePath: '\\??\\C:\\Windows\\system32\\drivers\\CrowdStrike\\csagent.sys',
      },
    }),
    keyAt('ControlSet001\\Services\\Tcpip', {
      values: { Type: 1, Start: 0, ImagePath: 'System32\\drivers\\tcpip.sys' },
    }),
  )
}

function softwareHive() {
  return mergeKeys(
    keyAt('Microsoft\\Cryptography', { values: { MachineGuid: FALCON_NIGHT.machineGuid } }),
    keyAt('Microsoft\\Windows NT\\CurrentVersion', {
      values: { CurrentBuildNumber: '19045', UBR: 4651, ProductName: 'Windows 10 Pro', DisplayVersion: '22H2' },
    }),
    keyAt('Microsoft\\Windows\\CurrentVersion\\Uninstall\\{EMIS}', {
      values: { DisplayName: 'EMIS Web', DisplayVersion: '9.19.4', Publisher: 'EMIS Health' },
    }),
  )
}
