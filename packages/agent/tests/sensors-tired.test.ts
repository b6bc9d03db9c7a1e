// Several versions of one product on one machine, and what stands beside a version: each as upgrades and people leave it.
import { describe, expect, test } from 'vitest'
import { installed, type SensorCase, sensors, service, UNINSTALL } from './support/sensors-of.ts'
import { keyAt, type WrittenKey } from './support/write-hive.ts'
import { writePe } from './support/write-pe.ts'
import type { VolumeFiles } from './support/write-volume.ts'

const BITDEFENDER = 'Program Files/Bitdefender/Endpoint Security'

/** Several versions on one machine: which one is there. */
const TIRED: SensorCase[] = [
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

test.each(TIRED)('$product', ({ software, system, files, expected }) => {
  const told = sensors(software, system, files).map((one) => one.replace(/ \(.*\)$/, ''))
  expect(told).toEqual(expected)
})

describe('have a state beside their version', () => {
  const stateOf = (name: string, software: WrittenKey[], system: WrittenKey[], files: VolumeFiles = {}) => {
    const told = sensors(software, system, files).find((one) => one.startsWith(`sensor:${name}@`))
    return told && /\((.*)\)$/.exec(told)?.[1]
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
