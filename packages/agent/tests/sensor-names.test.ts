// Registries of security products as installers and upgrades leave them, each beside what a Windows engineer reads in it.
import { expect, test } from 'vitest'
import {
  asGiven,
  expandable,
  manyLines,
  PROGRAM_FILES,
  registration,
  sensors,
  service,
  uninstallEntry,
  WHOLE_WINDOWS,
} from './support/sensors-of.ts'
import { keyAt } from './support/write-hive.ts'
import { writePe } from './support/write-pe.ts'

const CS = 'Windows/System32/drivers/CrowdStrike/CSAgent.sys'

test.each<[string, () => string[], string[]]>([
  [
    'expand path',
    () =>
      sensors(
        [],
        [
          service('CSAgent', {
            Type: 2,
            Start: 1,
            ImagePath: expandable('%SystemRoot%\\system32\\drivers\\CrowdStrike\\CSAgent.sys'),
          }),
        ],
        { [CS]: writePe({ version: '7.16.18605.0' }) },
      ),
    ['sensor:falcon@7.16.18605'],
  ],
  [
    'program on D:',
    () =>
      sensors(
        [uninstallEntry('{s}', { DisplayName: 'Sophos Endpoint Agent', DisplayVersion: '2024.1.0' })],
        [...WHOLE_WINDOWS, service('SntpService', { ImagePath: '"D:\\Sophos\\SntpService.exe"' })],
        PROGRAM_FILES,
      ),
    ['sensor:sophos@2024.1.0'],
  ],
  [
    'bitdefender on D:',
    () =>
      sensors(
        [uninstallEntry('{s}', { DisplayName: 'Bitdefender Endpoint Security Tools', DisplayVersion: '7.9.9.1' })],
        [...WHOLE_WINDOWS, service('EPSecurityService', { ImagePath: '"D:\\BD\\EPSecurityService.exe"' })],
        PROGRAM_FILES,
      ),
    ['sensor:bitdefender@7.9.9.1'],
  ],
  [
    'no DisplayVersion, MSI Version',
    () => sensors([uninstallEntry('{s}', { DisplayName: 'Sentinel Agent', Version: 0x17040004 })]),
    ['sensor:sentinelone@23.4.4'],
  ],
  [
    'no version at all',
    () => sensors([uninstallEntry('{s}', { DisplayName: 'CrowdStrike Windows Sensor' })]),
    ['sensor:falcon@unknown'],
  ],
  [
    'DisplayVersion of a wrong type',
    () => sensors([uninstallEntry('{s}', { DisplayName: 'CrowdStrike Windows Sensor', DisplayVersion: 7 })]),
    ['sensor:falcon@unknown'],
  ],
  [
    'DisplayVersion binary',
    () =>
      sensors([
        uninstallEntry('{s}', { DisplayName: 'CrowdStrike Windows Sensor', DisplayVersion: Buffer.from('7.16') }),
      ]),
    ['sensor:falcon@unknown'],
  ],
  [
    'DisplayVersion expand',
    () =>
      sensors([
        uninstallEntry('{s}', {
          DisplayName: expandable('CrowdStrike Windows Sensor'),
          DisplayVersion: expandable('7.16.1.0'),
        }),
      ]),
    ['sensor:falcon@7.16.1'],
  ],
  [
    'DisplayVersion multi',
    () =>
      sensors([
        uninstallEntry('{s}', { DisplayName: 'CrowdStrike Windows Sensor', DisplayVersion: manyLines('7.16.1.0') }),
      ]),
    ['sensor:falcon@7.16.1'],
  ],
  [
    'trailing nulls',
    () =>
      sensors([
        uninstallEntry('{s}', {
          DisplayName: asGiven('CrowdStrike Windows Sensor\0\0\0'),
          DisplayVersion: asGiven('7.16.1.0\0\0garbage'),
        }),
      ]),
    ['sensor:falcon@7.16.1'],
  ],
  [
    'without terminator',
    () =>
      sensors([
        uninstallEntry('{s}', {
          DisplayName: asGiven('CrowdStrike Windows Sensor'),
          DisplayVersion: asGiven('7.16.1.0'),
        }),
      ]),
    ['sensor:falcon@7.16.1'],
  ],
  [
    'odd bytes',
    () =>
      sensors([
        uninstallEntry('{s}', {
          DisplayName: 'CrowdStrike Windows Sensor',
          DisplayVersion: { type: 1, bytes: Buffer.concat([Buffer.from('7.16.1.0', 'utf16le'), Buffer.from([0])]) },
        }),
      ]),
    ['sensor:falcon@7.16.1'],
  ],
  [
    'a version in the name alone',
    () => sensors([uninstallEntry('{c}', { DisplayName: 'Cortex XDR 8.2.1.47908' })], [service('cyserver', {})]),
    ['sensor:cortex@8.2.1.47908'],
  ],
  [
    'a version in the name, the processor behind it',
    () => sensors([uninstallEntry('{m}', { DisplayName: 'Malwarebytes version 4.6.8.311 (x64)' })]),
    ['sensor:malwarebytes@4.6.8.311'],
  ],
  [
    'MBAM 2.2',
    () =>
      sensors([
        uninstallEntry(
          'Malwarebytes Anti-Malware_is1',
          { DisplayName: 'Malwarebytes Anti-Malware version 2.2.1.1043', DisplayVersion: '2.2.1.1043' },
          'WOW6432Node\\',
        ),
      ]),
    ['sensor:malwarebytes@2.2.1.1043'],
  ],
  [
    'Kaspersky Small Office Security',
    () =>
      sensors([
        uninstallEntry(
          '{k}',
          { DisplayName: 'Kaspersky Small Office Security', DisplayVersion: '21.16.6.467' },
          'WOW6432Node\\',
        ),
      ]),
    ['sensor:kaspersky@21.16.6.467'],
  ],
  [
    'Kaspersky Total Security',
    () =>
      sensors([
        uninstallEntry(
          '{k}',
          { DisplayName: 'Kaspersky Total Security', DisplayVersion: '21.3.10.391' },
          'WOW6432Node\\',
        ),
      ]),
    ['sensor:kaspersky@21.3.10.391'],
  ],
  [
    'Антивирус Касперского',
    () => sensors([uninstallEntry('{k}', { DisplayName: 'Антивирус Касперского', DisplayVersion: '21.3.10.391' })]),
    ['sensor:kaspersky@21.3.10.391'],
  ],
  [
    'Sentinel Agent registered',
    () =>
      sensors(
        [
          uninstallEntry('{s}', { DisplayName: 'Sentinel Agent', DisplayVersion: '23.4.4.223' }),
          registration(1, {
            DISPLAYNAME: 'Sentinel Agent',
            PRODUCTEXE: 'C:\\Program Files\\SentinelOne\\Sentinel Agent 23.4.4.223\\SentinelRemediation.exe',
          }),
        ],
        [
          service('SentinelAgent', {
            ImagePath: '"C:\\Program Files\\SentinelOne\\Sentinel Agent 23.4.4.223\\SentinelAgent.exe"',
          }),
        ],
        {
          'Program Files/SentinelOne/Sentinel Agent 23.4.4.223/SentinelRemediation.exe': writePe({
            version: '23.4.4.223',
            company: 'Sentinel Labs, Inc.',
          }),
          'Program Files/SentinelOne/Sentinel Agent 23.4.4.223/SentinelAgent.exe': writePe({
            version: '23.4.4.223',
            company: 'Sentinel Labs, Inc.',
          }),
        },
      ),
    ['sensor:sentinelone@23.4.4.223'],
  ],
  [
    'ウイルスバスター',
    () =>
      sensors(
        [
          uninstallEntry('OfficeScanNT', {
            DisplayName: 'ウイルスバスター Corp. クライアント',
            DisplayVersion: '14.0.1',
          }),
          keyAt('WOW6432Node\\TrendMicro\\PC-cillinNTCorp\\CurrentVersion\\Misc.', {
            values: { TmListen_Ver: '14.0.12980' },
          }),
          registration(1, {
            DISPLAYNAME: 'ウイルスバスター Corp. クライアント',
            PRODUCTEXE: 'C:\\Program Files\\Trend Micro\\pccntmon.exe',
          }),
        ],
        [service('TmListen', {})],
        { 'Program Files/Trend Micro/pccntmon.exe': writePe({ version: '14.0.0.12980', company: 'Trend Micro Inc.' }) },
      ),
    ['sensor:trend@14.0.12980'],
  ],
  [
    'one maker, registered and by driver',
    () =>
      sensors(
        [registration(1, { DISPLAYNAME: 'Avast Antivirus', PRODUCTEXE: 'C:\\Program Files\\Avast\\AvastUI.exe' })],
        [
          service('aswSnx', {
            Type: 2,
            Start: 1,
            Group: 'FSFilter Anti-Virus',
            ImagePath: 'system32\\drivers\\aswSnx.sys',
          }),
          service('aswElam', { Type: 1, Start: 0, Group: 'Early-Launch', ImagePath: 'system32\\drivers\\aswElam.sys' }),
        ],
        {
          'Program Files/Avast/AvastUI.exe': writePe({ version: '24.6.9241.0', company: 'Gen Digital Inc.' }),
          'Windows/System32/drivers/aswSnx.sys': writePe({ version: '24.6.1.0', company: 'Gen Digital Inc.' }),
          'Windows/System32/drivers/aswElam.sys': writePe({ version: '1.0.0.1', company: 'Gen Digital Inc.' }),
        },
      ),
    ['sensor:avast-antivirus@24.6.9241.0'],
  ],
  [
    'by two drivers alone: the filter, not the early one',
    () =>
      sensors(
        [],
        [
          service('aswSnx', {
            Type: 2,
            Start: 1,
            Group: 'FSFilter Anti-Virus',
            ImagePath: 'system32\\drivers\\aswSnx.sys',
          }),
          service('zElam', { Type: 1, Start: 0, Group: 'Early-Launch', ImagePath: 'system32\\drivers\\zElam.sys' }),
        ],
        {
          'Windows/System32/drivers/aswSnx.sys': writePe({ version: '24.6.1.0', company: 'Gen Digital Inc.' }),
          'Windows/System32/drivers/zElam.sys': writePe({ version: '1.0.0.1', company: 'Gen Digital Inc.' }),
        },
      ),
    ['sensor:gen-digital@24.6.1.0'],
  ],
])('of a sensor is told: %s', (_, run, expected) => expect(run()).toEqual(expected))
