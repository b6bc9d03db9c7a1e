import { HOUR, MINUTE } from '@pumphandle/shared/time'
// What generated fleets and queries are made of: few values, so that they meet, and awkward ones, so that quoting,
// folding and escaping are tried.
export const NOW = Date.UTC(2024, 6, 19, 9, 30)

/** Moments before now, and one after it: clocks run ahead. */
export const TIMES = [
  -3 * MINUTE,
  0,
  MINUTE,
  14 * MINUTE,
  15 * MINUTE,
  HOUR,
  4 * HOUR + 3 * MINUTE,
  5 * HOUR + 21 * MINUTE,
  24 * HOUR,
  9 * 24 * HOUR,
].map((ago) => NOW - ago)

export const REGIONS = [
  { code: 'QMJ', name: 'North Central London' },
  { code: 'QF7', name: 'South Yorkshire' },
  { code: 'QRL', name: 'Hampshire and Isle of Wight' },
]
export const PCNS = [
  { code: 'U12345', name: 'Harbour Network' },
  { code: 'U99999', name: 'NORTH PCN' },
]
export const PRACTICES = [
  { code: 'A81001', name: 'The Densham Surgery' },
  { code: 'A81002', name: "Queen's Park (Main)" },
  { code: 'B82050', name: '100%_Surgery\\x' },
  { code: 'Y00001', name: 'Łódź Road Practice' },
  { code: 'Z9', name: 'The A81001 Annexe' },
]
export const NAMES = [
  'RECEPTION-1',
  'reception-2',
  'DR_SMITH',
  'DR-SMITH',
  'A81001-PC07',
  'ÄRZTE1',
  'x',
  'PC%1',
  'pc 1',
]
export const MODELS = ['OptiPlex 3080', 'OptiPlex 7090', 'optiplex 3080', 'HP ProDesk 400 G7', 'Größe*"x"', '20TA_%']
export const OS_NAMES = ['Windows 10 Pro', 'Windows 11 Pro', 'windows 11 enterprise']
export const AGENTS = ['0.1.0', '0.1.1', '0.2.0']
export const CULPRITS = ['csagent.sys', 'CSAgent.sys', 'nvlddmkm.sys', 'a_b%c.sys']
export const STOPS = [0x50, 0x7e, 0x0, 0xc000021a]
export const COMPONENTS = [
  ['sensor', 'falcon', '7.11.18110'],
  ['sensor', 'falcon', '7.16.18605'],
  ['sensor', 'falcon', '7.16.18613'],
  ['sensor', 'Falcon', '7.17.0-rc.1'],
  ['sensor', 'falcon', '7.17'],
  ['sensor', 'Sophos Endpoint', '2024.1.0.58'],
  ['content', 'falcon/291', '2024-07-19T04:09Z'],
  ['content', 'falcon/291', '2024-07-19T05:27Z'],
  ['content', 'defender', '1.415.1.0'],
  ['content', 'defender', '1.415.109.0'],
  ['content', 'eset', '12345 (20240401)'],
  ['driver', 'csagent.sys', '7.16.18605.0'],
  ['driver', 'CSBoot.sys', '7.16.18605.0'],
  ['driver', '1394ohci.sys', '10.0.19041.1 (WinBuild.160101.0800)'],
  ['os', 'windows', '19045.4651'],
  ['os', 'windows', '19045.10022'],
  ['os', 'windows', '22631.3880'],
  ['firmware', 'dell', '1.30.0'],
  ['firmware', 'lenovo', 'N2KET50W (1.30)'],
  ['app', 'emis_web', '9.15.8'],
  ['app', 'SystmOne', '20240719'],
] as const

export const TAGS = ['ring:pilot', 'floor:2', 'reception']
export const SERIALS = ['PF3XK2LM', 'pf9aa1bc', '5CG1234XYZ']
