// Security products that are off, left over, put aside or on their way out, each beside what a Windows engineer says of it.
import { expect, test } from 'vitest'
import {
  expandable,
  PROGRAM_FILES,
  registration,
  sensors,
  service,
  uninstallEntry,
  WHOLE_WINDOWS,
} from './support/sensors-of.ts'
import { keyAt } from './support/write-hive.ts'
import { writePe } from './support/write-pe.ts'

test.each<[string, () => string[], string[]]>([
  [
    'registered, off',
    () =>
      sensors(
        [
          registration(1, {
            DISPLAYNAME: 'Avast Antivirus',
            PRODUCTEXE: 'C:\\Program Files\\Avast\\AvastUI.exe',
            STATE: 0x40000,
          }),
        ],
        [],
        { 'Program Files/Avast/AvastUI.exe': writePe({ version: '24.6.9241.0', company: 'Gen Digital Inc.' }) },
      ),
    ['sensor:avast-antivirus@24.6.9241.0 (switched off)'],
  ],
  [
    'registered, snoozed',
    () =>
      sensors(
        [
          registration(1, {
            DISPLAYNAME: 'Avast Antivirus',
            PRODUCTEXE: 'C:\\Program Files\\Avast\\AvastUI.exe',
            STATE: 0x42000,
          }),
        ],
        [],
        { 'Program Files/Avast/AvastUI.exe': writePe({ version: '24.6.9241.0', company: 'Gen Digital Inc.' }) },
      ),
    ['sensor:avast-antivirus@24.6.9241.0 (stopped)'],
  ],
  [
    'registered, on',
    () =>
      sensors(
        [
          registration(1, {
            DISPLAYNAME: 'Avast Antivirus',
            PRODUCTEXE: 'C:\\Program Files\\Avast\\AvastUI.exe',
            STATE: 0x61010,
          }),
        ],
        [],
        { 'Program Files/Avast/AvastUI.exe': writePe({ version: '24.6.9241.0', company: 'Gen Digital Inc.' }) },
      ),
    ['sensor:avast-antivirus@24.6.9241.0'],
  ],
  [
    'registered on D:',
    () =>
      sensors(
        [registration(1, { DISPLAYNAME: 'Avast Antivirus', PRODUCTEXE: 'D:\\Avast\\AvastUI.exe' })],
        [],
        PROGRAM_FILES,
      ),
    ['sensor:avast-antivirus@unknown'],
  ],
  [
    'registered by protocol and expand',
    () =>
      sensors(
        [
          registration(1, {
            DISPLAYNAME: expandable('Avast Antivirus'),
            PRODUCTEXE: expandable('%ProgramFiles%\\Avast\\AvastUI.exe'),
          }),
        ],
        [],
        { 'Program Files/Avast/AvastUI.exe': writePe({ version: '24.6.9241.0', company: 'Gen Digital Inc.' }) },
      ),
    ['sensor:avast-antivirus@24.6.9241.0'],
  ],
  [
    'registration of a known product that is gone',
    () => sensors([registration(1, { DISPLAYNAME: 'Sophos Intercept X' })], WHOLE_WINDOWS, PROGRAM_FILES),
    [],
  ],
  [
    'Kaspersky: protection off, updater on',
    () =>
      sensors(
        [
          uninstallEntry('{k}', {
            DisplayName: 'Kaspersky Endpoint Security for Windows',
            DisplayVersion: '12.3.0.493',
          }),
        ],
        [service('AVP.KES.21.15', { Start: 4 }), service('avpsus.KES.21.15', { Start: 2 })],
      ),
    ['sensor:kaspersky@12.3.0.493 (switched off)'],
  ],
  [
    'switched off, and upgraded before: by its program on the disk',
    () =>
      sensors(
        [uninstallEntry('{b}', { DisplayName: 'Bitdefender Endpoint Security Tools', DisplayVersion: '7.8.3.265' })],
        [service('EPSecurityService', { Start: 4, ImagePath: 'C:\\Program Files\\Maker\\p.exe' })],
        { 'Program Files/Maker/p.exe': writePe({ version: '7.9.20.515' }) },
      ),
    ['sensor:bitdefender@7.9.20.515 (switched off)'],
  ],
  [
    'set to start on demand: Windows starts it by itself no more',
    () =>
      sensors(
        [uninstallEntry('{e}', { DisplayName: 'ESET Endpoint Security', DisplayVersion: '10.1.2046.0' })],
        [service('ekrn', { Start: 3 })],
      ),
    ['sensor:eset@10.1.2046.0 (stopped)'],
  ],
  [
    'one of its services on demand, as its installer leaves it',
    () =>
      sensors(
        [uninstallEntry('{s}', { DisplayName: 'Symantec Endpoint Protection', DisplayVersion: '14.3.1.0' })],
        [service('SepMasterService', {}), service('SepScanService', { Start: 3 })],
      ),
    ['sensor:symantec@14.3.1.0'],
  ],
  [
    'its service runs, and Security Center knows that its licence has expired',
    () =>
      sensors(
        [
          uninstallEntry('{e}', { DisplayName: 'ESET Endpoint Security', DisplayVersion: '10.1.2046.0' }),
          registration(1, { DISPLAYNAME: 'ESET Security', STATE: 0x43010 }),
        ],
        [service('ekrn', {})],
      ),
    ['sensor:eset@10.1.2046.0 (expired)'],
  ],
  [
    'Traps',
    () =>
      sensors(
        [uninstallEntry('{t}', { DisplayName: 'Traps 6.1.8.37000', DisplayVersion: '6.1.8.37000' })],
        [service('cyserver', {})],
      ),
    ['sensor:cortex@6.1.8.37000'],
  ],
  [
    'Symantec in both views, one empty',
    () =>
      sensors([
        keyAt('Symantec\\Symantec Endpoint Protection\\CurrentVersion', { values: { PRODUCTVERSION: '' } }),
        keyAt('WOW6432Node\\Symantec\\Symantec Endpoint Protection\\CurrentVersion', {
          values: { PRODUCTVERSION: '14.3.1.0' },
        }),
      ]),
    ['sensor:symantec@14.3.1.0'],
  ],
  [
    'Apex One left, DSA there',
    () =>
      sensors(
        [
          keyAt('WOW6432Node\\TrendMicro\\PC-cillinNTCorp\\CurrentVersion\\Misc.', {
            values: { TmListen_Ver: '14.0.1' },
          }),
          uninstallEntry('d', { DisplayName: 'Trend Micro Deep Security Agent', DisplayVersion: '20.0.1' }),
        ],
        [
          ...WHOLE_WINDOWS,
          service('ds_agent', { ImagePath: '"C:\\Program Files\\Trend Micro\\Deep Security Agent\\dsa.exe"' }),
        ],
        { 'Program Files/Trend Micro/Deep Security Agent/dsa.exe': writePe({ version: '20.0.1.5' }) },
      ),
    ['sensor:trend@20.0.1.5'],
  ],
  [
    'Security Essentials left behind by an upgrade',
    () =>
      sensors(
        [
          keyAt('Microsoft\\Microsoft Antimalware\\Signature Updates', {
            values: { AVSignatureVersion: '1.155.266.0' },
          }),
        ],
        WHOLE_WINDOWS,
        PROGRAM_FILES,
      ),
    ['content:security-essentials@1.155.266.0 (leftover)'],
  ],
  [
    'Defender removed on a server',
    () =>
      sensors(
        [keyAt('Microsoft\\Windows Defender\\Signature Updates', { values: { AVSignatureVersion: '1.415.1.0' } })],
        WHOLE_WINDOWS,
        PROGRAM_FILES,
      ),
    ['content:defender@1.415.1.0 (leftover)'],
  ],
  [
    'Defender policy of a wrong type',
    () =>
      sensors(
        [
          keyAt('Microsoft\\Windows Defender', {
            values: { DisableAntiSpyware: '1', PassiveMode: Buffer.from([1, 0, 0, 0]) },
          }),
        ],
        [
          service('WinDefend', {
            ImagePath: 'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24060.7-0\\MsMpEng.exe',
          }),
        ],
      ),
    ['sensor:defender@4.18.24060.7'],
  ],
  [
    'Defender with platform in %ALLUSERSPROFILE%',
    () =>
      sensors(
        [],
        [
          service('WinDefend', {
            ImagePath: expandable('"%ALLUSERSPROFILE%\\Microsoft\\Windows Defender\\Platform\\4.18.1-0\\MsMpEng.exe"'),
          }),
        ],
        { 'ProgramData/Microsoft/Windows Defender/Platform/4.18.1-0/MsMpEng.exe': writePe({ version: '4.18.1.5' }) },
      ),
    ['sensor:defender@4.18.1.5'],
  ],
  [
    'Start missing',
    () =>
      sensors(
        [uninstallEntry('{s}', { DisplayName: 'CrowdStrike Windows Sensor', DisplayVersion: '7.16.1.0' })],
        [keyAt('ControlSet001\\Services\\CSFalconService', { values: { Type: 16 } })],
      ),
    ['sensor:falcon@7.16.1'],
  ],
  [
    'Start as text',
    () =>
      sensors(
        [uninstallEntry('{s}', { DisplayName: 'CrowdStrike Windows Sensor', DisplayVersion: '7.16.1.0' })],
        [service('CSFalconService', { Start: '4' })],
      ),
    ['sensor:falcon@7.16.1'],
  ],
  [
    'service marked for deletion',
    () =>
      sensors(
        [],
        [
          ...WHOLE_WINDOWS,
          service('CSFalconService', {
            Start: 4,
            DeleteFlag: 1,
            ImagePath: '"C:\\Program Files\\CrowdStrike\\CSFalconService.exe"',
          }),
        ],
        PROGRAM_FILES,
      ),
    ['sensor:falcon@unknown (leftover)'],
  ],
  [
    'two versions side by side: the service says which',
    () =>
      sensors(
        [],
        [
          service('SentinelAgent', {
            ImagePath: '"C:\\Program Files\\SentinelOne\\Sentinel Agent 22.3.1.1\\SentinelAgent.exe"',
          }),
        ],
        {
          'Program Files/SentinelOne/Sentinel Agent 23.1.1.1/SentinelAgent.exe': writePe({ version: '23.1.1.1' }),
          'Program Files/SentinelOne/Sentinel Agent 22.3.1.1/SentinelAgent.exe': writePe({ version: '22.3.1.1' }),
        },
      ),
    ['sensor:sentinelone@22.3.1.1'],
  ],
  [
    'sentinel leftover folder',
    () => sensors([], WHOLE_WINDOWS, { 'Program Files/SentinelOne/Sentinel Agent 23.1.1.1/config.json': '{}' }),
    ['sensor:sentinelone@23.1.1.1 (leftover)'],
  ],
  [
    'carbon black EDR by service',
    () =>
      sensors([], [service('CarbonBlack', { ImagePath: 'C:\\Windows\\CarbonBlack\\cb.exe' })], {
        'Windows/CarbonBlack/cb.exe': writePe({ version: '7.4.1.1' }),
      }),
    ['sensor:carbon-black@7.4.1.1'],
  ],
  [
    'webroot switched off',
    () =>
      sensors(
        [keyAt('WOW6432Node\\WRData\\Status', { values: { Version: '9.0.36.7' } })],
        [service('WRSVC', { Start: 4 })],
      ),
    ['sensor:webroot@9.0.36.7 (switched off)'],
  ],
  [
    'cylance with BOM',
    () =>
      sensors([], [], { 'ProgramData/Cylance/Status/Status.json': '\ufeff{"ProductInfo":{"version":"3.2.1001.19"}}' }),
    ['sensor:cylance@3.2.1001.19'],
  ],
  [
    'cylance in UTF-16',
    () =>
      sensors([], [], {
        'ProgramData/Cylance/Status/Status.json': Buffer.from(
          '\ufeff{"ProductInfo":{"version":"3.2.1001.19"}}',
          'utf16le',
        ),
      }),
    ['sensor:cylance@3.2.1001.19'],
  ],
  [
    'bitdefender statistics in UTF-16',
    () =>
      sensors(
        [uninstallEntry('b', { DisplayName: 'Bitdefender Endpoint Security Tools', DisplayVersion: '7.9.9.1' })],
        [],
        {
          'Program Files/Bitdefender/Endpoint Security/update_statistics.xml': Buffer.from(
            '\ufeff<UpdateStatistics><Antivirus><Update succtime="1721362170"/></Antivirus></UpdateStatistics>',
            'utf16le',
          ),
        },
      ),
    ['sensor:bitdefender@7.9.9.1', 'content:bitdefender@2024-07-19T04:09Z'],
  ],
  [
    'eset in the 32-bit view',
    () =>
      sensors([
        keyAt('WOW6432Node\\ESET\\ESET Security\\CurrentVersion\\Info', {
          values: { ProductVersion: '9.1.1', ScannerVersion: '29589 (20240719)' },
        }),
      ]),
    ['sensor:eset@9.1.1', 'content:eset@29589'],
  ],
  [
    'ScannerVersion with a P',
    () =>
      sensors([
        keyAt('ESET\\ESET Security\\CurrentVersion\\Info', {
          values: { ProductVersion: '9.1.1', ScannerVersion: '29589P (20240719)' },
        }),
      ]),
    ['sensor:eset@9.1.1', 'content:eset@29589'],
  ],
  [
    'sophos data as DWORD',
    () => sensors([keyAt('Sophos\\EndpointDefense\\Acknowledged', { values: { VirusDataVersion: 2024071904 } })]),
    ['content:sophos@2024071904'],
  ],
  [
    'trend pattern 0',
    () =>
      sensors([
        keyAt('WOW6432Node\\TrendMicro\\PC-cillinNTCorp\\CurrentVersion\\Misc.', {
          values: { TmListen_Ver: '14.0.1', InternalPatternVer: 0 },
        }),
      ]),
    ['sensor:trend@14.0.1'],
  ],
  [
    'kaspersky LastSuccessfulUpdate 0',
    () =>
      sensors([
        keyAt('KasperskyLab\\KES\\environment', { values: { ProductVersion: '12.1' } }),
        keyAt('KasperskyLab\\KES\\Data', { values: { LastSuccessfulUpdate: 0 } }),
      ]),
    ['sensor:kaspersky@12.1'],
  ],
  [
    'unquoted path with spaces and arguments',
    () =>
      sensors(
        [],
        [
          service('EPSecurityService', {
            ImagePath: 'C:\\Program Files\\Bitdefender\\Endpoint Security\\EPSecurityService.exe /service',
          }),
        ],
        { 'Program Files/Bitdefender/Endpoint Security/EPSecurityService.exe': writePe({ version: '7.9.1.1' }) },
      ),
    ['sensor:bitdefender@7.9.1.1'],
  ],
  [
    'non-Latin uninstall key',
    () => sensors([uninstallEntry('Антивирус', { DisplayName: 'ESET Endpoint Antivirus', DisplayVersion: '11.0.2' })]),
    ['sensor:eset@11.0.2'],
  ],
  [
    'old-style Select',
    () =>
      sensors(
        [],
        [
          keyAt('Select', { values: { Current: 3 } }),
          keyAt('ControlSet003\\Services\\CarbonBlack', { values: { Type: 16, Start: 2 } }),
        ],
      ),
    ['sensor:carbon-black@unknown'],
  ],
  [
    'Trellix Agent alone is no antivirus',
    () =>
      sensors(
        [uninstallEntry('t', { DisplayName: 'Trellix Agent', DisplayVersion: '5.8.0' })],
        [service('masvc', {}), service('macmnsvc', {})],
      ),
    [],
  ],
  [
    'Falcon twice in Uninstall, wow',
    () =>
      sensors([
        uninstallEntry(
          '{a}',
          { DisplayName: 'CrowdStrike Windows Sensor', DisplayVersion: '7.14.1.0' },
          'WOW6432Node\\',
        ),
        uninstallEntry('{b}', { DisplayName: 'CrowdStrike Windows Sensor', DisplayVersion: '7.9.1.0' }),
      ]),
    ['sensor:falcon@7.14.1'],
  ],
])('of a sensor is told: %s', (_, run, expected) => expect(run()).toEqual(expected))
