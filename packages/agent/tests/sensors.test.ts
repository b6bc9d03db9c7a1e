// Each product as its installer leaves it, beside what is told of it.
import { describe, expect, test } from 'vitest'
import { readSensors, SENSOR_PRODUCTS } from '../src/sources/sensors/sensors.ts'
import { Volume } from '../src/volume/volume.ts'
import { installed, type SensorCase, sensors, service } from './support/sensors-of.ts'
import { keyAt, mergeKeys } from './support/write-hive.ts'
import { writePe } from './support/write-pe.ts'
import { writeVolume } from './support/write-volume.ts'

const UPDATED_AT = Date.parse('2024-07-19T04:09:30.000Z') / 1000

/** What each product leaves on disk, and what it must be read as: `kind:name@version`. */
const PRODUCTS: SensorCase[] = [
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
    product: 'huntress beside a Defender that it manages, with an entry that an update left behind',
    software: [
      installed('Huntress Agent', '0.13.18'),
      keyAt('Microsoft\\Windows Defender\\Signature Updates', { values: { AVSignatureVersion: '1.419.163.0' } }),
    ],
    system: ['HuntressAgent', 'HuntressUpdater', 'HuntressRio'].map((name) =>
      service(name, { ImagePath: `"C:\\Program Files\\Huntress\\${name}.exe"` }),
    ),
    files: {
      'Program Files/Huntress/HuntressAgent.exe': writePe({ version: '0.14.132.0', company: 'Huntress Labs, Inc.' }),
      'Program Files/Huntress/HuntressRio.exe': writePe({ version: '2.8.24.0', company: 'Huntress Labs, Inc.' }),
    },
    expected: ['content:defender@1.419.163.0', 'sensor:huntress@0.14.132.0'],
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

describe('security sensors', () => {
  test.each(PRODUCTS)('$product', ({ software, system, files, expected }) => {
    const told = sensors(software, system, files).map((one) => one.replace(/ \(.*\)$/, ''))
    expect(told).toEqual(expected)
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

function filetime(iso: string): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(Date.parse(iso)) * 10_000n + 116_444_736_000_000_000n)
  return bytes
}
