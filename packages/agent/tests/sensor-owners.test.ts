// Products under the names of later owners, resellers and editions, and beside others of their makers.
import { expect, test } from 'vitest'
import { PROGRAM_FILES, registration, sensors, service, uninstallEntry, WHOLE_WINDOWS } from './support/sensors-of.ts'
import { keyAt, type WrittenKey } from './support/write-hive.ts'
import { writePe } from './support/write-pe.ts'

const entry = (DisplayName: string, DisplayVersion: string, more = {}): WrittenKey =>
  uninstallEntry(DisplayName, { DisplayName, DisplayVersion, ...more })
const running = (...names: string[]): WrittenKey[] => names.map((name) => service(name, {}))

test.each<[string, WrittenKey[], WrittenKey[], string[]]>([
  [
    'Symantec Endpoint Security',
    [entry('Symantec Endpoint Security', '14.3.11216.9000')],
    running('SepMasterService'),
    ['sensor:symantec@14.3.11216.9000'],
  ],
  [
    'ESET Small Business Security',
    [entry('ESET Small Business Security', '17.2.8.0')],
    running('ekrn'),
    ['sensor:eset@17.2.8.0'],
  ],
  [
    'ESET’s management agent alone',
    [entry('ESET Security Management Center Agent', '7.2.1266.0')],
    running('EraAgentSvc'),
    [],
  ],
  [
    'Trend Micro Security Agent',
    [entry('Trend Micro Security Agent', '6.7.3900')],
    running('ntrtscan', 'TmListen'),
    ['sensor:trend@6.7.3900'],
  ],
  [
    'Trend Vision One',
    [entry('Trend Vision One Endpoint Security Agent', '14.0.14260')],
    running('ntrtscan'),
    ['sensor:trend@14.0.14260'],
  ],
  [
    'McAfee LiveSafe, as laptops come with it',
    [entry('McAfee LiveSafe', '16.0 R62'), entry('McAfee Security Scan Plus', '99.1')],
    running('mfemms'),
    ['sensor:trellix@16.0 R62'],
  ],
  ['Kaspersky’s Endpoint Agent alone', [entry('Kaspersky Endpoint Agent', '3.16.0.3')], running('soyuz'), []],
  [
    'Kaspersky beside its Endpoint Agent',
    [entry('Kaspersky Endpoint Agent', '13.16.0.3'), entry('Kaspersky Endpoint Security for Windows', '11.11.0.452')],
    running('AVP.KES.21.9'),
    ['sensor:kaspersky@11.11.0.452'],
  ],
  ['CylanceENDPOINT', [entry('CylanceENDPOINT', '3.3.1001')], running('CylanceSvc'), ['sensor:cylance@3.3.1001']],
  [
    'Aurora Protect, once Cylance',
    [entry('Aurora Protect', '3.4.1001')],
    running('CylanceSvc'),
    ['sensor:cylance@3.4.1001'],
  ],
  [
    'OpenText Core Endpoint Protection, once Webroot',
    [entry('OpenText Core Endpoint Protection', '9.0.39.57')],
    running('WRSVC'),
    ['sensor:webroot@9.0.39.57'],
  ],
  [
    'Sophos Home',
    [entry('Sophos Home', '4.3.0.6')],
    running('Sophos Endpoint Defense Service'),
    ['sensor:sophos@4.3.0.6'],
  ],
  [
    'a reseller’s name, by the folder that it shares with the service',
    [
      entry('Managed Antivirus', '7.9.20.515', {
        InstallLocation: 'C:\\Program Files\\Bitdefender\\Endpoint Security\\',
      }),
    ],
    [
      service('EPSecurityService', {
        ImagePath: '"C:\\Program Files\\Bitdefender\\Endpoint Security\\EPSecurityService.exe"',
      }),
    ],
    ['sensor:bitdefender@7.9.20.515'],
  ],
])('of a sensor is told: %s', (_, software, system, expected) => expect(sensors(software, system)).toEqual(expected))

const FILE = 'Program Files/ESET/ESET Security/ecmd.exe'
const registered = (n: number, title: string, STATE: number): WrittenKey =>
  registration(n, { DISPLAYNAME: title, PRODUCTEXE: `C:\\${FILE.replaceAll('/', '\\')}`, STATE })
const PROGRAM = { [FILE]: writePe({ version: '10.1.2046.0', company: 'ESET' }) }
const ON = 0x61000
const OFF = 0x60000

test.each([
  [ON, OFF],
  [OFF, ON],
])('what registered with Security Center twice, as %x and %x, runs if one of both says so', (first, second) => {
  const eset = keyAt('ESET\\ESET Security\\CurrentVersion\\Info', { values: { ProductVersion: '10.1.2046.0' } })
  const both = (title: string): WrittenKey[] => [registered(1, title, first), registered(2, title, second)]
  expect(sensors([eset, ...both('ESET Security')], running('ekrn'), PROGRAM)).toEqual(['sensor:eset@10.1.2046.0'])
  expect(sensors(both('Other Antivirus'), [], PROGRAM)).toEqual(['sensor:other-antivirus@10.1.2046.0'])
})

/** A product that registered with Security Center: what it is called, its program, that program's version and maker. */
type Registered = [title: string, program: string, version: string, company: string]
/** A file filter of the antivirus group: its name, its file's maker. */
type Driver = [name: string, company: string, group?: string]

function registeredBeside(
  entries: WrittenKey[],
  own: Registered,
  drivers: Driver[],
  system: WrittenKey[] = [],
): string[] {
  const [DISPLAYNAME, program, version, company] = own
  const filters = drivers.map(([name, , Group = 'FSFilter Anti-Virus']) =>
    service(name, { Type: 2, Start: 1, Group, ImagePath: `system32\\drivers\\${name}.sys` }),
  )
  const files = drivers.map(([name, maker]) => [
    `Windows/System32/drivers/${name}.sys`,
    writePe({ version: '15.7.9.37', company: maker }),
  ])
  return sensors(
    [...entries, registration(1, { DISPLAYNAME, PRODUCTEXE: `C:\\${program.replaceAll('/', '\\')}`, STATE: 0x41000 })],
    [...WHOLE_WINDOWS, ...filters, ...system],
    { ...PROGRAM_FILES, ...Object.fromEntries(files), [program]: writePe({ version, company }) },
  )
}

test.each<[string, WrittenKey[], Registered, Driver[], string[]]>([
  [
    'of the owner before: Norton with Symantec’s',
    [entry('Norton 360', '22.24.8.36', { Publisher: 'NortonLifeLock Inc' })],
    ['Norton 360', 'Program Files/Norton Security/NortonSecurity.exe', '22.24.8.36', 'NortonLifeLock Inc.'],
    [
      ['SRTSP64', 'Broadcom'],
      ['SymELAM', 'Symantec Corporation', 'Early-Launch'],
    ],
    ['sensor:norton-360@22.24.8.36'],
  ],
  [
    'of the owner before: Avast',
    [entry('Avast Business Security', '24.9.9452', { Publisher: 'AVAST Software' })],
    ['Avast Antivirus', 'Program Files/AVAST Software/Avast/wsc_proxy.exe', '24.9.9452.2', 'Gen Digital Inc.'],
    [
      ['aswSP', 'Gen Digital Inc.'],
      ['aswElam', 'AVAST Software', 'Early-Launch'],
    ],
    ['sensor:avast-antivirus@24.9.9452.2'],
  ],
  [
    'of the same maker, written otherwise',
    [entry('Bitdefender Total Security', '27.0.40.173', { Publisher: 'Bitdefender' })],
    ['Bitdefender Antivirus', 'Program Files/Bitdefender/wscfix.exe', '27.0.40.173', 'Bitdefender'],
    [['gemma', 'BitDefender S.R.L. Bucharest, ROMANIA']],
    ['sensor:bitdefender-antivirus@27.0.40.173'],
  ],
  [
    'of another maker’s engine',
    [entry('Check Point Endpoint Security', '88.30.1', { Publisher: 'Check Point Software Technologies' })],
    ['Check Point Endpoint Security', 'Program Files/CheckPoint/epam_svc.exe', '88.30.1.9', 'Check Point Software'],
    [['klif', 'AO Kaspersky Lab']],
    ['sensor:check-point-endpoint-security@88.30.1.9'],
  ],
])('a product that registered is not told once more by drivers %s', (_, entries, own, drivers, expected) => {
  expect(registeredBeside(entries, own, drivers)).toEqual(expected)
})

test('a second product that did not register is told by its driver', () => {
  const own: Registered = ['Avast Antivirus', 'Program Files/Avast/wsc_proxy.exe', '24.9.9452.2', 'AVAST Software']
  const entries = [entry('Cisco Secure Endpoint', '8.4.3.30374', { Publisher: 'Cisco Systems, Inc.' })]
  expect(registeredBeside(entries, own, [['immunetprotect', 'Cisco Systems, Inc.']])).toEqual([
    'sensor:cisco-systems@15.7.9.37',
    'sensor:avast-antivirus@24.9.9452.2',
  ])
})

test('the program that registered is there, where what the edition before left tells no version', () => {
  const own: Registered = ['McAfee', 'Program Files/McAfee/WPS/1.28.179.1/service.exe', '1.28.179.1', 'McAfee, LLC']
  const old = service('mfefire', { Start: 3, ImagePath: '"C:\\Program Files\\Common Files\\McAfee\\mfefire.exe"' })
  expect(registeredBeside([], own, [['mfehidk', 'McAfee, LLC']], [old])).toEqual(['sensor:trellix@1.28.179.1'])
})
