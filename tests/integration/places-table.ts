// Who may see and do what, route by route and written by hand: what tests/integration/places.test.ts walks over.
import type { Places, Role, RouteName } from '@pumphandle/shared/api'

/** Practices with so many machines that each sum of them is another number. */
export const FLEET = {
  A81001: { name: 'Alder Surgery', region: 'R01', network: 'N01', machines: 1 },
  A81002: { name: 'Birch House', region: 'R01', network: 'N02', machines: 2 },
  B81003: { name: 'Cedar Clinic', region: 'R02', network: 'N03', machines: 4 },
  B81004: { name: 'Damson Practice', region: 'R02', network: 'N03', machines: 8 },
} as const
export type Code = keyof typeof FLEET

/** Whom the test walks as, and what each of them may see. */
export const SCOPES: Record<string, { places: Places | null; sees: readonly Code[] }> = {
  all: { places: null, sees: ['A81001', 'A81002', 'B81003', 'B81004'] },
  region: { places: { regions: ['R01'], networks: [], practices: [], tags: [] }, sees: ['A81001', 'A81002'] },
  network: { places: { regions: [], networks: ['N01'], practices: [], tags: [] }, sees: ['A81001'] },
  practice: { places: { regions: [], networks: [], practices: ['A81001'], tags: [] }, sees: ['A81001'] },
  tag: { places: { regions: [], networks: [], practices: [], tags: ['ring:pilot'] }, sees: ['A81001'] },
}

/**
 * Each route by hand: the least role, whether it is also for people who have some places, and for reads what to ask of
 * Alder Surgery, which all of them see, and of Cedar Clinic, which only those see who have all. `made` is filled in below.
 */
export interface Row {
  readonly least: Role | 'public'
  readonly byPlace: boolean
  readonly mine?: (made: Made) => object
  readonly theirs?: (made: Made) => object
}
const none = (): object => ({})
const read = (mine: Row['mine'] = none, theirs?: Row['theirs']): Row => ({
  least: 'viewer',
  byPlace: true,
  mine,
  ...(theirs ? { theirs } : {}),
})
const write = (least: Role, theirs?: Row['theirs']): Row => ({ least, byPlace: true, ...(theirs ? { theirs } : {}) })
const whole = (least: Role, mine?: Row['mine']): Row => ({ least, byPlace: false, ...(mine ? { mine } : {}) })
const open: Row = { least: 'public', byPlace: true }
const machine = (which: 'mine' | 'theirs') => (made: Made) => ({ path: { id: made[which].machine } })
const incident =
  (which: 'mine' | 'shared' | 'theirs', body?: object) =>
  (made: Made): object => ({
    path: { id: which === 'shared' ? made.shared : made[which].incident },
    ...(body ? { body } : {}),
  })
const practice = (code: Code, body?: object) => () => ({ path: { code }, ...(body ? { body } : {}) })
const hours = () => ({ query: { hours: 24 } })
const span = () => ({ query: { from: Date.now() - 3_600_000, until: Date.now() + 60_000 } })

export const TABLE: Record<RouteName, Row> = {
  signIn: open,
  redeem: open,
  signInWays: open,
  organisationBegin: open,
  organisationReturn: open,
  organisationEnd: open,
  organisationLeft: open,
  account: read(),
  totpBegin: write('viewer'),
  totpConfirm: write('viewer'),
  passkeyBegin: write('viewer'),
  passkeyAdd: write('viewer'),
  factorRemove: write('viewer'),
  recoveryCodes: write('viewer'),
  sessions: read(),
  sessionEnd: write('viewer'),
  userSignOut: write('admin', (made) => ({ path: { id: made.admin }, body: {} })),
  userFactorsReset: write('admin', (made) => ({ path: { id: made.admin }, body: {} })),
  acknowledgeByLink: open,
  passwordChange: write('viewer'),
  signOut: write('viewer'),
  me: read(),
  preferences: read(),
  preferenceSet: write('viewer'),
  users: { least: 'admin', byPlace: true, mine: none },
  invite: write('admin', () => ({
    body: { email: 'new@example.org', role: 'viewer', places: SCOPES['all']?.places ?? null },
  })),
  userChange: write('admin', (made) => ({ path: { id: made.admin }, body: { disabled: true } })),
  tokens: whole('admin', none),
  tokenAdd: whole('admin'),
  tokenDelete: whole('admin'),
  audit: whole('admin', none),
  auditNdjson: whole('admin', none),
  auditSyslog: whole('admin', none),
  overview: read(),
  tiles: read(),
  fleetSeries: read(hours),
  trends: read(),
  changed: read(span),
  sensors: read(),
  adoption: read(() => ({ query: { kind: 'sensor', name: 'alder', hours: 24 } })),
  components: read(),
  health: read(),
  live: read(),
  verdicts: read(),
  verdict: { least: 'viewer', byPlace: true, theirs: () => ({ path: { component: 'sensor:cedar@1.0' } }) },
  machines: read(() => ({ query: { facets: '1' } })),
  machinesCsv: read(),
  machinesNdjson: read(),
  assetRegister: read(),
  machine: read(machine('mine'), machine('theirs')),
  machineRevoke: write('admin', (made) => ({ ...machine('theirs')(made), body: {} })),
  machineReinstate: write('admin', (made) => ({ ...machine('theirs')(made), body: {} })),
  machinesRetire: write('technician'),
  machinesReturn: write('technician'),
  machinesMove: whole('admin'),
  machinesDelete: write('admin'),
  retiredMachines: read(),
  tags: read(),
  tagsChange: write('technician'),
  timeline: read(machine('mine'), machine('theirs')),
  machineCrashes: read(machine('mine'), machine('theirs')),
  explainQuery: read(() => ({ query: { q: 'practice:C*' } })),
  suggestQuery: read(() => ({ query: { q: 'practice:', at: 9 } })),
  incidents: read(() => ({ query: { status: 'all' } })),
  incident: read(incident('shared'), incident('theirs')),
  incidentSeries: read(incident('shared'), incident('theirs')),
  incidentPicture: read(incident('shared'), incident('theirs')),
  recovery: read(incident('shared'), incident('theirs')),
  incidentReport: read(incident('shared'), incident('theirs')),
  incidentReportMarkdown: read(incident('shared'), incident('theirs')),
  evidencePack: read(incident('shared'), incident('theirs')),
  feedback: read(),
  feedbackGive: write('technician', incident('theirs', { was: 'wrong', reason: 'x' })),
  acknowledge: write('technician', incident('theirs', {})),
  note: write('technician', incident('theirs', { text: 'x' })),
  owner: write('technician', incident('theirs', { owner: 'x' })),
  resolve: write('technician', incident('theirs', {})),
  reopen: write('technician', incident('theirs', {})),
  merge: write('technician', (made) => ({ path: { id: made.theirs.incident }, body: { into: made.shared } })),
  mark: write('technician', (made) => ({
    path: { id: made.shared, machine: made.theirs.machine },
    body: { mark: 'recovered' },
  })),
  practices: read(),
  practice: read(practice('A81001'), practice('B81003')),
  practiceChange: write('admin', practice('B81003', { contacts: [] })),
  practiceVouch: write('admin', practice('B81003', {})),
  practiceRevokeMachines: write('admin', practice('B81003', {})),
  practicesImport: whole('admin'),
  here: open,
  hereReport: open,
  practiceCard: { least: 'admin', byPlace: true, mine: practice('A81001'), theirs: practice('B81003') },
  practiceCardRenew: write('admin', practice('B81003', {})),
  coverage: whole('viewer', none),
  coverageMachines: whole('viewer', none),
  coverageCsv: whole('viewer', none),
  coverageImport: whole('admin'),
  hold: whole('technician'),
  savedQueries: read(),
  savedQueryAdd: whole('technician'),
  savedQueryFollow: whole('viewer'),
  savedQueryDelete: whole('technician'),
  incidentForecast: whole('viewer', incident('shared')),
  practiceReports: read(practice('A81001'), practice('B81003')),
  commons: whole('viewer', none),
  commonsReport: whole('viewer', none),
  settings: whole('admin', none),
  settingsChange: whole('admin'),
  runbooks: read(),
  runbookPut: whole('admin'),
  runbookDelete: whole('admin'),
  channels: whole('admin', none),
  channelAdd: whole('admin'),
  channelTest: whole('admin'),
  channelChange: whole('admin'),
  channelDelete: whole('admin'),
  channelPreview: whole('admin'),
  rotas: whole('admin', none),
  rotaAdd: whole('admin'),
  rotaChange: whole('admin'),
  rotaDelete: whole('admin'),
  maintenances: read(),
  maintenanceAdd: whole('admin'),
  maintenanceDelete: whole('admin'),
  enrolmentTokens: whole('admin', none),
  enrolmentTokenAdd: whole('admin'),
  enrolmentTokenRevoke: whole('admin'),
  enrolmentTokenRevokeMachines: whole('admin'),
}

export interface Made {
  readonly admin: number
  /** An incident of all machines. */
  readonly shared: number
  readonly mine: { readonly machine: string; readonly incident: number }
  readonly theirs: { readonly machine: string; readonly incident: number }
}
