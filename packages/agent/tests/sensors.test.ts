// Long for its tables alone: each product as its installer leaves it, and as tired machines have it, beside what is told of it.
import { describe, expect, test } from 'vitest'
import type { ComponentFact } from '../src/sources/component.ts'
import { readSensors, SENSOR_PRODUCTS } from '../src/sources/sensors/sensors.ts'
import { Volume } from '../src/volume/volume.ts'
import { keyAt, mergeKeys, type WrittenKey, writeHive } from './support/write-hive.ts'
import { writePe } from './support/write-pe.ts'
import { type VolumeFiles, writeVolume } from './support/write-volume.ts'

const UNINSTALL = 'Microsoft\\Windows\\CurrentVersion\\Uninstall'
const UPDATED_AT = Date.parse('2024-07-19T04:09:30.000Z') / 1000

const installed = (name: string, version: string, view = ''): WrittenKey =>
  keyAt(`${view}${UNINSTALL}\\{${name}}`, { values: { DisplayName: name, DisplayVersion: version } })

/** What each product leaves on disk, and what it must be read as: `kind:name@version`. */
const PRODUCTS: {
  product: string
  software?: WrittenKey[]
  system?: WrittenKey[]
  files?: VolumeFiles
  expected: string[]
}[] = [
  {
    product: 'falcon by its uninstall entry',
    software: [installed('CrowdStrike Windows Sensor', '7.16.18605.0')],
    expected: ['sensor:falcon@7.16.18605'],
  },
  {
    product: 'defender',
    software: [
      keyAt('Microsoft\\Windows Defender\\Signature Updates', {
        values: {
          AVSignatureVersion: '1.415.1.0',
          EngineVersion: '1.1.24060.5',
          SignaturesLastUpdated: filetime('2024-07-19T04:09:30.000Z'),
        },
      }),
    ],
    system: [
      service('WinDefend', {
        ImagePath: '"C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24060.7-0\\MsMpEng.exe"',
      }),
    ],
    expected: ['sensor:defender@4.18.24060.7', 'content:defender@1.415.1.0', 'content:defender/engine@1.1.24060.5'],
  },
  {
    product: 'defender from the SYSTEM hive alone',
    system: [service('WdBoot', { SignaturesVersion: '1.264 (0) (1.293.1707.0) (1.1.15900.4)\n' })],
    expected: ['content:defender@1.293.1707.0', 'content:defender/engine@1.1.15900.4'],
  },
  {
    product: 'defender that has downloaded nothing',
    software: [keyAt('Microsoft\\Windows Defender\\Signature Updates', { values: { AVSignatureVersion: '0.0.0.0' } })],
    expected: [],
  },
  {
    product: 'security essentials',
    software: [
      keyAt('Microsoft\\Microsoft Antimalware\\Signature Updates', {
        values: { AVSignatureVersion: '1.155.266.0', EngineVersion: '1.1.9700.0' },
      }),
      installed('Microsoft Security Essentials', '4.3.220.0'),
    ],
    expected: [
      'sensor:security-essentials@4.3.220.0',
      'content:security-essentials@1.155.266.0',
      'content:security-essentials/engine@1.1.9700.0',
    ],
  },
  {
    product: 'sentinelone by the folder in use, not the one left behind',
    system: [
      service('SentinelAgent', {
        ImagePath: '"C:\\Program Files\\SentinelOne\\Sentinel Agent 23.4.4.223\\SentinelAgent.exe"',
      }),
    ],
    files: { 'Program Files/SentinelOne/Sentinel Agent 22.1.0.1/a.txt': 'old' },
    expected: ['sensor:sentinelone@23.4.4.223'],
  },
  {
    product: 'sophos',
    software: [
      installed('Sophos Endpoint Agent', '2024.2.1.3'),
      keyAt('Sophos\\EndpointDefense\\Acknowledged', { values: { VirusDataVersion: '2024071904' } }),
    ],
    expected: ['sensor:sophos@2024.2.1.3', 'content:sophos@2024071904'],
  },
  {
    product: 'older sophos in the 32-bit view',
    software: [
      keyAt('WOW6432Node\\Sophos\\SAVService\\Application', { values: { MarketingVersion: '10.8.4' } }),
      keyAt('WOW6432Node\\Sophos\\SAVService\\Status', { values: { LastUpdateTime: UPDATED_AT } }),
    ],
    expected: ['sensor:sophos@10.8.4', 'content:sophos@2024-07-19T04:09:30.000Z'],
  },
  {
    product: 'eset',
    software: [
      keyAt('ESET\\ESET Security\\CurrentVersion\\Info', {
        values: { ProductVersion: '10.1.2058.0', ScannerVersion: '29589 (20240719)' },
      }),
    ],
    expected: ['sensor:eset@10.1.2058.0', 'content:eset@29589'],
  },
  {
    product: 'trend',
    software: [
      keyAt('WOW6432Node\\TrendMicro\\PC-cillinNTCorp\\CurrentVersion\\Misc.', {
        values: { TmListen_Ver: '14.0.12980', InternalPatternVer: 1_943_500, PatternDate: '20240719' },
      }),
    ],
    expected: ['sensor:trend@14.0.12980', 'content:trend@19.435.00'],
  },
  {
    product: 'trellix',
    software: [
      keyAt('McAfee\\Endpoint\\AV', { values: { ProductVersion: '10.7.0', BuildNumber: '5786' } }),
      keyAt('McAfee\\AVSolution\\DS\\DS', {
        values: { dwContentMajorVersion: 5958, dwContentMinorVersion: 0, szContentCreationDate: '2024-07-18' },
      }),
    ],
    expected: ['sensor:trellix@10.7.0.5786', 'content:trellix@5958.0'],
  },
  {
    product: 'mcafee virusscan enterprise',
    software: [
      keyAt('WOW6432Node\\McAfee\\DesktopProtection', { values: { szProductVer: '8.8.0.777' } }),
      keyAt('WOW6432Node\\McAfee\\AVEngine', {
        values: { AVDatVersion: 5958, AVDatVersionMinor: 0, AVDatDate: '2010/04/21' },
      }),
    ],
    expected: ['sensor:trellix@8.8.0.777', 'content:trellix@5958.0'],
  },
  {
    product: 'symantec',
    software: [
      keyAt('Symantec\\Symantec Endpoint Protection\\CurrentVersion', {
        values: { PRODUCTVERSION: '14.3.10148.8000' },
      }),
      keyAt('Symantec\\Symantec Endpoint Protection\\CurrentVersion\\public-opstate', {
        values: { LatestVirusDefsDate: '2024-07-18', LatestVirusDefsRevision: 11 },
      }),
    ],
    expected: ['sensor:symantec@14.3.10148.8000', 'content:symantec@2024-07-18 r11'],
  },
  {
    product: 'bitdefender',
    software: [installed('Bitdefender Endpoint Security Tools', '7.9.9.381')],
    files: {
      'Program Files/Bitdefender/Endpoint Security/update_statistics.xml': `<UpdateStatistics><Antivirus><Update succtime="${UPDATED_AT}"/></Antivirus></UpdateStatistics>`,
    },
    expected: ['sensor:bitdefender@7.9.9.381', 'content:bitdefender@2024-07-19T04:09Z'],
  },
  {
    product: 'kaspersky',
    software: [
      keyAt('WOW6432Node\\KasperskyLab\\protected\\KES\\environment', { values: { Ins_ProductVersion: '12.3.0.493' } }),
      keyAt('WOW6432Node\\KasperskyLab\\protected\\KES\\Data', { values: { LastSuccessfulUpdate: UPDATED_AT } }),
    ],
    expected: ['sensor:kaspersky@12.3.0.493', 'content:kaspersky@2024-07-19T04:09Z'],
  },
  {
    product: 'kaspersky that never updated',
    software: [
      keyAt('KasperskyLab\\AVP21.3\\environment', { values: { ProductVersion: '21.3.10.391' } }),
      keyAt('KasperskyLab\\AVP21.3\\Data', { values: { LastSuccessfulUpdate: 0xffffffff } }),
    ],
    expected: ['sensor:kaspersky@21.3.10.391'],
  },
  {
    product: 'malwarebytes',
    software: [installed('Malwarebytes version 5.1.7.121', '5.1.7.121')],
    files: {
      'ProgramData/Malwarebytes/MBAMService/config/UpdateControllerConfig.json': `0A1B2C\n{"a":{"db_pub_date":${UPDATED_AT}}}`,
    },
    expected: ['sensor:malwarebytes@5.1.7.121', 'content:malwarebytes@2024-07-19T04:09Z'],
  },
  {
    product: 'webroot',
    software: [keyAt('WOW6432Node\\WRData\\Status', { values: { Version: '9.0.36.7' } })],
    expected: ['sensor:webroot@9.0.36.7'],
  },
  {
    product: 'cylance',
    files: { 'ProgramData/Cylance/Status/Status.json': '{"ProductInfo":{"version":"3.2.1001.19"}}' },
    expected: ['sensor:cylance@3.2.1001.19'],
  },
  {
    product: 'cortex',
    software: [keyAt('Cyvera\\Client', { values: { 'Product Version': '8.4.0.44654' } })],
    expected: ['sensor:cortex@8.4.0.44654'],
  },
  {
    product: 'carbon black',
    software: [installed('Carbon Black Cloud Sensor 64-bit', '4.0.2.1415')],
    expected: ['sensor:carbon-black@4.0.2.1415'],
  },
  {
    product: 'any antivirus that registered with Windows',
    software: [
      keyAt('Microsoft\\Security Center\\Provider\\Av\\{1}', {
        values: { DISPLAYNAME: 'Avast Antivirus', PRODUCTEXE: 'C:\\Program Files\\Avast\\AvastUI.exe' },
      }),
    ],
    files: { 'Program Files/Avast/AvastUI.exe': writePe({ version: '24.6.9241.0', company: 'Gen Digital Inc.' }) },
    expected: ['sensor:avast-antivirus@24.6.9241.0'],
  },
  {
    product: 'any antivirus by its filter driver',
    system: [
      mergeKeys(
        service('exampleflt', { Type: 2, Start: 1, ImagePath: 'system32\\drivers\\exampleflt.sys' }),
        keyAt('ControlSet001\\Services\\exampleflt\\Instances\\Default', { values: { Altitude: '325999' } }),
      ),
    ],
    files: {
      'Windows/System32/drivers/exampleflt.sys': writePe({ version: '3.1.4.1', company: 'Example Security Ltd' }),
    },
    expected: ['sensor:example-security@3.1.4.1'],
  },
  {
    product: 'another antivirus beside one with a reader, which share but a common word',
    software: [
      installed('Sophos Endpoint Agent', '2024.1.0'),
      keyAt('Microsoft\\Security Center\\Provider\\Av\\{1}', { values: { DISPLAYNAME: 'Example Endpoint Security' } }),
      keyAt('Microsoft\\Security Center\\Provider\\Av\\{2}', { values: { DISPLAYNAME: 'Sophos Anti-Virus' } }),
    ],
    expected: ['sensor:sophos@2024.1.0', 'sensor:example-endpoint-security@unknown'],
  },
  {
    product: 'a known product by its driver alone, on a disk that tells no more',
    system: [service('mfehidk', { Type: 2, Start: 0, Group: 'FSFilter Anti-Virus' })],
    expected: ['sensor:trellix@unknown'],
  },
  {
    product: 'the sound driver whose name starts like a sensor',
    system: [service('CSLFD', { Type: 1, Start: 3, ImagePath: 'system32\\drivers\\CSLFD.sys' })],
    files: { 'Windows/System32/drivers/CSLFD.sys': writePe({ version: '1.0.0.1', company: 'Cirrus Logic, Inc.' }) },
    expected: [],
  },
]

const BITDEFENDER = 'Program Files/Bitdefender/Endpoint Security'

/** Several versions on one machine: which one is there. */
const TIRED: typeof PRODUCTS = [
  {
    product: 'what runs before what is on the disk and what is registered',
    software: [installed('CrowdStrike Windows Sensor', '7.10.0.0')],
    system: [service('CSFalconService', { ImagePath: '"C:\\Program Files\\CrowdStrike\\CSFalconService.exe"' })],
    files: {
      'Program Files/CrowdStrike/CSFalconService.exe': writePe({ version: '7.16.18605.0' }),
      'Windows/System32/drivers/CrowdStrike/CSAgent.sys': writePe({ version: '7.14.18000.0' }),
    },
    expected: ['sensor:falcon@7.16.18605'],
  },
  {
    product: 'the program on the disk before two uninstall entries',
    software: [
      installed('Bitdefender Endpoint Security Tools', '7.8.3.265'),
      installed('Bitdefender Endpoint Security Tools ', '7.9.20.515'),
    ],
    files: { [`${BITDEFENDER}/product.console.exe`]: writePe({ version: '7.9.21.1' }) },
    expected: ['sensor:bitdefender@7.9.21.1'],
  },
  {
    product: 'the newest of two uninstall entries, in whichever view and order',
    software: [
      installed('Sophos Endpoint Agent', '2025.2.1.9'),
      installed('Sophos Endpoint Agent', '2025.10.0.1', 'WOW6432Node\\'),
      installed('Sophos Endpoint Agent (old)', '2023.1.0.9'),
    ],
    expected: ['sensor:sophos@2025.10.0.1'],
  },
  {
    product: 'not a module of the product that has a number of its own',
    software: [installed('Sophos Endpoint Agent', '2025.2.1.9')],
    system: [service('Sophos Endpoint Defense Service', { ImagePath: 'C:\\Program Files\\Sophos\\SEDService.exe' })],
    files: { 'Program Files/Sophos/SEDService.exe': writePe({ version: '3.3.1.100' }) },
    expected: ['sensor:sophos@2025.2.1.9'],
  },
  {
    product: 'not its helpers',
    software: [
      installed('Malwarebytes Anti-Exploit version 1.13', '1.13.1.568'),
      installed('Malwarebytes Browser Guard', '99.0'),
      installed('Malwarebytes version 5.1.7.121', '5.1.7.121'),
      installed('CrowdStrike Falcon Forensics Collector', '9.9.9'),
      installed('CrowdStrike Windows Sensor', '7.16.18605.0'),
      installed('Webroot DNS Protection', '12.0'),
      installed('Kaspersky Security Center 14 Administration Server', '14.2'),
      installed('Carbon Black App Control Agent', '8.9'),
      installed('Symantec Endpoint Protection Manager', '14.3'),
      installed('ESET Management Agent', '11.0'),
    ],
    expected: ['sensor:falcon@7.16.18605', 'sensor:malwarebytes@5.1.7.121'],
  },
  {
    product: 'kaspersky after an upgrade, by the newer of its keys; the network agent is another product',
    software: [
      keyAt('WOW6432Node\\KasperskyLab\\KES21\\environment', { values: { ProductVersion: '12.10.0.466' } }),
      keyAt('WOW6432Node\\KasperskyLab\\AVP21.3\\environment', { values: { ProductVersion: '12.3.0.493' } }),
      installed('Kaspersky Security Center Network Agent', '15.0.0.1'),
    ],
    expected: ['sensor:kaspersky@12.10.0.466'],
  },
  {
    product: 'kaspersky by the number that it was installed as, beside that of its parts',
    software: [
      keyAt('WOW6432Node\\KasperskyLab\\protected\\KES\\environment', {
        values: { ProductVersion: '21.15.8.493', Ins_ProductVersion: '12.5.0.539' },
      }),
    ],
    expected: ['sensor:kaspersky@12.5.0.539'],
  },
  {
    product: 'defender from Program Files, without a platform update',
    system: [service('WinDefend', { ImagePath: '"%ProgramFiles%\\Windows Defender\\MsMpEng.exe"' })],
    files: { 'Program Files/Windows Defender/MsMpEng.exe': writePe({ version: '4.10.14393.7330' }) },
    expected: ['sensor:defender@4.10.14393.7330'],
  },
  {
    product: 'no defender of Windows 7, which is no antivirus, by the host of its service',
    system: [service('WinDefend', { ImagePath: '%SystemRoot%\\System32\\svchost.exe -k secsvcs' })],
    files: { 'Windows/System32/svchost.exe': writePe({ version: '6.1.7600.16385' }) },
    expected: [],
  },
  {
    product: 'deep security agent by its service, on a server',
    software: [installed('Trend Micro Deep Security Agent', '20.0.1.100')],
    system: [service('ds_agent', { ImagePath: '"C:\\Program Files\\Trend Micro\\Deep Security Agent\\dsa.exe"' })],
    files: { 'Program Files/Trend Micro/Deep Security Agent/dsa.exe': writePe({ version: '20.0.1.25770' }) },
    expected: ['sensor:trend@20.0.1.25770'],
  },
  {
    product: 'a product of which nothing but its service is known',
    system: [service('CylanceSvc', { ImagePath: 'C:\\Elsewhere\\CylanceSvc.exe' })],
    expected: ['sensor:cylance@unknown'],
  },
  {
    product: 'no product that Security Center remembers, without its program',
    software: [
      keyAt('Microsoft\\Security Center\\Provider\\Av\\{1}', {
        values: { DISPLAYNAME: 'Panda Endpoint Protection', PRODUCTEXE: 'C:\\Program Files\\Panda\\PSUAMain.exe' },
      }),
      keyAt('Microsoft\\Security Center\\Provider\\Av\\{2}', {
        values: { DISPLAYNAME: 'Avast', PRODUCTEXE: '"%ProgramFiles%\\Avast\\AvastUI.exe" /nogui' },
      }),
    ],
    files: { 'Program Files/Avast/AvastUI.exe': writePe({ version: '24.6.9241.0', company: 'Gen Digital Inc.' }) },
    expected: ['sensor:avast@24.6.9241.0'],
  },
  {
    product: 'the version whose folder is there, after a newer one was rolled back',
    software: [
      keyAt(`${UNINSTALL}\\{1}`, {
        values: {
          DisplayName: 'ESET Endpoint Security',
          DisplayVersion: '11.1.2039.0',
          InstallLocation: 'C:\\Program Files\\ESET\\11\\',
        },
      }),
      keyAt(`WOW6432Node\\${UNINSTALL}\\{2}`, {
        values: {
          DisplayName: 'ESET Endpoint Security',
          DisplayVersion: '10.1.2046.0',
          InstallLocation: 'C:\\Program Files\\ESET\\10\\',
        },
      }),
    ],
    system: [service('ekrn', { ImagePath: '"C:\\Program Files\\ESET\\10\\ekrn.exe"' })],
    files: { 'Program Files/ESET/10/ekrn.exe': writePe({ version: '10.18.30.0' }) },
    expected: ['sensor:eset@10.1.2046.0'],
  },
  {
    product: 'versions that are written in their own way',
    software: [
      installed('Bitdefender Endpoint Security Tools', '7, 9, 20, 515'),
      installed('CrowdStrike Windows Sensor', 'v7.16.18605.0'),
    ],
    expected: ['sensor:bitdefender@7.9.20.515', 'sensor:falcon@7.16.18605'],
  },
  {
    product: 'nothing, where an entry says a folder that is gone',
    software: [
      keyAt(`${UNINSTALL}\\{1}`, {
        values: {
          DisplayName: 'ESET Endpoint Security',
          DisplayVersion: '10.1.2046.0',
          InstallLocation: '"C:\\Program Files\\ESET\\"',
        },
      }),
    ],
    files: { 'Program Files/Other/a.txt': '' },
    expected: [],
  },
  {
    product: 'Defender from Program Files, switched off',
    system: [service('WinDefend', { Start: 4, ImagePath: '"%ProgramFiles%\\Windows Defender\\MsMpEng.exe"' })],
    files: { 'Program Files/Windows Defender/MsMpEng.exe': writePe({ version: '4.18.1909.6' }) },
    expected: ['sensor:defender@4.18.1909.6'],
  },
  {
    product: 'two products whose names have no Latin letters',
    software: [
      keyAt('Microsoft\\Security Center\\Provider\\Av\\{1}', { values: { DISPLAYNAME: '火绒安全软件' } }),
      keyAt('Microsoft\\Security Center\\Provider\\Av\\{2}', { values: { DISPLAYNAME: '金山毒霸' } }),
    ],
    expected: ['sensor:火绒安全软件@unknown', 'sensor:金山毒霸@unknown'],
  },
]

describe('security sensors', () => {
  test.each(TIRED)('are told on a tired machine: $product', ({ software, system, files, expected }) => {
    const volume = openVolume(software, system, files)
    expect(readSensors(volume).map(written)).toEqual(expected)
    volume.close()
  })

  describe('have a state beside their version', () => {
    const stateOf = (name: string, software: WrittenKey[], system: WrittenKey[], files: VolumeFiles = {}) => {
      const volume = openVolume(software, system, files)
      const found = readSensors(volume).find((one) => one.kind === 'sensor' && one.name === name)
      volume.close()
      return found?.detail?.['state']
    }
    const platform = 'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24060.7-0\\MsMpEng.exe'
    const winDefend = (start: number) => [service('WinDefend', { Start: start, ImagePath: platform })]
    const setting = (path: string, name: string) => [keyAt(path, { values: { [name]: 1 } })]

    test('Defender: running, switched off, passive', () => {
      const own = 'Microsoft\\Windows Defender'
      expect(stateOf('defender', [], winDefend(2))).toBeUndefined()
      expect(stateOf('defender', [], winDefend(4))).toBe('switched off')
      expect(stateOf('defender', [], winDefend(3))).toBe('stopped')
      expect(stateOf('defender', setting(`Policies\\${own}`, 'DisableAntiSpyware'), winDefend(2))).toBe('switched off')
      expect(stateOf('defender', setting(own, 'PassiveMode'), winDefend(2))).toBe('passive')
      const ofType = (type: string) => [
        ...winDefend(2),
        keyAt('ControlSet001\\Control\\ProductOptions', { values: { ProductType: type } }),
      ]
      // a client of today does not obey that policy, a server does
      const policy = setting(`Policies\\${own}`, 'DisableAntiSpyware')
      expect(stateOf('defender', policy, ofType('WinNT'))).toBeUndefined()
      expect(stateOf('defender', policy, ofType('ServerNT'))).toBe('switched off')
    })

    test('any: switched off, or left over on a whole Windows that has neither service nor program', () => {
      const entry = [installed('CrowdStrike Windows Sensor', '7.16.18605.0')]
      const windows = Array.from({ length: 150 }, (_, n) => service(`svc${n}`, {}))
      const files = { 'Program Files/Common Files/a.txt': '' }
      expect(stateOf('falcon', entry, [service('CSFalconService', { Start: 4 })])).toBe('switched off')
      expect(stateOf('falcon', entry, windows, files)).toBe('leftover')
      expect(stateOf('falcon', entry, [])).toBeUndefined()
      const there = {
        ...files,
        'Windows/System32/drivers/CrowdStrike/CSAgent.sys': writePe({ version: '7.16.18605.0' }),
      }
      expect(stateOf('falcon', entry, windows, there)).toBeUndefined()
    })
  })

  test.each(PRODUCTS)('$product', ({ software = [], system = [], files = {}, expected }) => {
    const volume = openVolume(software, system, files)
    expect(readSensors(volume).map(written)).toEqual(expected)
    volume.close()
  })

  test('each have a name of their own and services to watch', () => {
    const names = SENSOR_PRODUCTS.map(({ name }) => name)
    expect(names).toEqual([...new Set(names)].sort())
    for (const { services } of SENSOR_PRODUCTS) expect(services.length).toBeGreaterThan(0)
  })

  test('of an empty volume are none', () => {
    const volume = new Volume(writeVolume({ 'Windows/a.txt': '' }))
    expect(readSensors(volume)).toEqual([])
  })
})

function openVolume(software: WrittenKey[] = [], system: WrittenKey[] = [], files: VolumeFiles = {}): Volume {
  const dir = writeVolume({
    'Windows/System32/config/SOFTWARE': writeHive(mergeKeys(...software)),
    'Windows/System32/config/SYSTEM': writeHive(mergeKeys(keyAt('Select', { values: { Current: 1 } }), ...system)),
    ...files,
  })
  return new Volume(dir)
}

function written({ kind, name, version }: ComponentFact): string {
  return `${kind}:${name}@${version}`
}

function service(name: string, values: WrittenKey['values']): WrittenKey {
  return keyAt(`ControlSet001\\Services\\${name}`, { values: { Type: 16, Start: 2, ...values } })
}

function filetime(iso: string): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(Date.parse(iso)) * 10_000n + 116_444_736_000_000_000n)
  return bytes
}
