import * as z from 'zod'
import * as common from './common.ts'
import * as fleet from './fleet.ts'
import * as incidents from './incidents.ts'
import * as machines from './machines.ts'
import * as people from './people.ts'
import * as settings from './settings.ts'

/** Who may call a route: anyone, or a person with at least this role (an API token's scope read/write/admin is alike). */
export type Access = 'public' | people.Role

/** One route of the API: the description, the server's check and the client are made from it. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below /api/v1 with `{names}`. */
  path: string
  access: Access
  summary: string
  query?: z.ZodObject
  body?: z.ZodType
  /** JSON answer; absent for streams and files, which name their media type. */
  response?: z.ZodType
  media?: string
}

const route = <const R extends Route>(r: R): R => r
const items = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() })
const ImportQuery = z.object({
  /** 1: says what would change, and changes nothing. */
  dryRun: z.enum(['0', '1']).default('0'),
  /** What of an ODS file is the region: column 15, or the integrated care board in column 4. */
  region: z.enum(['commissioner', 'icb']).default('commissioner'),
})
const ExportQuery = machines.MachinesQuery.pick({ q: true, sort: true, order: true }).extend({
  bom: z.enum(['0', '1']).default('0'),
})

/** Every route of the API by the name that the client calls it by. */
export const routes = {
  signIn: route({
    method: 'POST',
    path: '/session',
    access: 'public',
    summary: 'Sign in',
    body: people.SignInBody,
    response: people.Me,
  }),
  redeem: route({
    method: 'POST',
    path: '/session/redeem',
    access: 'public',
    summary: 'Turn a one-time link into an account',
    body: people.RedeemBody,
    response: people.Me,
  }),
  signOut: route({ method: 'DELETE', path: '/session', access: 'viewer', summary: 'Sign out', response: common.Ok }),
  me: route({ method: 'GET', path: '/session', access: 'viewer', summary: 'Who is signed in', response: people.Me }),

  overview: route({
    method: 'GET',
    path: '/overview',
    access: 'viewer',
    summary: 'The fleet at a glance',
    response: fleet.Overview,
  }),
  tiles: route({
    method: 'GET',
    path: '/overview/practices',
    access: 'viewer',
    summary: 'Every practice as a tile',
    response: fleet.PracticeTiles,
  }),
  fleetSeries: route({
    method: 'GET',
    path: '/overview/series',
    access: 'viewer',
    summary: 'Crashes, dark machines and boots over time',
    query: z.object({ hours: z.coerce.number().int().min(1).max(168).default(24) }),
    response: fleet.FleetSeries,
  }),

  machines: route({
    method: 'GET',
    path: '/machines',
    access: 'viewer',
    summary: 'Machines that a query finds',
    query: machines.MachinesQuery,
    response: machines.MachinesPage,
  }),
  machinesCsv: route({
    method: 'GET',
    path: '/machines.csv',
    access: 'viewer',
    summary: 'The same as CSV',
    query: ExportQuery,
    media: 'text/csv',
  }),
  machinesNdjson: route({
    method: 'GET',
    path: '/machines.ndjson',
    access: 'viewer',
    summary: 'The same as one JSON object a line',
    query: ExportQuery,
    media: 'application/x-ndjson',
  }),
  assetRegister: route({
    method: 'GET',
    path: '/asset-register.csv',
    access: 'viewer',
    summary: 'Asset register for the Data Security and Protection Toolkit',
    query: ExportQuery.pick({ q: true, bom: true }),
    media: 'text/csv',
  }),
  machine: route({
    method: 'GET',
    path: '/machines/{id}',
    access: 'viewer',
    summary: 'One machine',
    response: machines.MachineDetail,
  }),
  timeline: route({
    method: 'GET',
    path: '/machines/{id}/timeline',
    access: 'viewer',
    summary: 'What happened on a machine, newest first',
    query: machines.TimelineQuery,
    response: machines.TimelinePage,
  }),
  machineCrashes: route({
    method: 'GET',
    path: '/machines/{id}/crashes',
    access: 'viewer',
    summary: 'Crashes of a machine, newest first',
    query: z.object(common.PageQuery),
    response: common.page(machines.CrashRow),
  }),
  explainQuery: route({
    method: 'GET',
    path: '/query/explain',
    access: 'viewer',
    summary: 'A query in words, or where it is wrong',
    query: z.object({ q: z.string().max(2000) }),
    response: machines.QueryExplained,
  }),
  suggestQuery: route({
    method: 'GET',
    path: '/query/suggest',
    access: 'viewer',
    summary: 'Names and values while typing',
    query: z.object({ q: z.string().max(2000), at: z.coerce.number().int().min(0).max(2000) }),
    response: machines.Suggestions,
  }),

  incidents: route({
    method: 'GET',
    path: '/incidents',
    access: 'viewer',
    summary: 'Incidents, newest first',
    query: incidents.IncidentsQuery,
    response: incidents.IncidentsPage,
  }),
  incident: route({
    method: 'GET',
    path: '/incidents/{id}',
    access: 'viewer',
    summary: 'One incident with its evidence',
    response: incidents.IncidentDetail,
  }),
  incidentSeries: route({
    method: 'GET',
    path: '/incidents/{id}/series',
    access: 'viewer',
    summary: 'Rates and cohorts over time',
    response: incidents.IncidentSeries,
  }),
  recovery: route({
    method: 'GET',
    path: '/incidents/{id}/recovery',
    access: 'viewer',
    summary: 'Recovery board',
    query: incidents.RecoveryQuery,
    response: incidents.RecoveryPage,
  }),
  evidencePack: route({
    method: 'GET',
    path: '/incidents/{id}/evidence.zip',
    access: 'viewer',
    summary: 'Evidence pack',
    media: 'application/zip',
  }),
  acknowledge: route({
    method: 'POST',
    path: '/incidents/{id}/acknowledge',
    access: 'technician',
    summary: 'Acknowledge',
    body: z.object({}),
    response: incidents.IncidentRow,
  }),
  note: route({
    method: 'POST',
    path: '/incidents/{id}/notes',
    access: 'technician',
    summary: 'Add a note',
    body: incidents.NoteBody,
    response: incidents.IncidentHistoryEntry,
  }),
  owner: route({
    method: 'PUT',
    path: '/incidents/{id}/owner',
    access: 'technician',
    summary: 'Set the owner',
    body: incidents.OwnerBody,
    response: incidents.IncidentRow,
  }),
  resolve: route({
    method: 'POST',
    path: '/incidents/{id}/resolve',
    access: 'technician',
    summary: 'Resolve',
    body: incidents.ResolveBody,
    response: incidents.IncidentRow,
  }),
  reopen: route({
    method: 'POST',
    path: '/incidents/{id}/reopen',
    access: 'technician',
    summary: 'Reopen',
    body: incidents.ResolveBody,
    response: incidents.IncidentRow,
  }),
  merge: route({
    method: 'POST',
    path: '/incidents/{id}/merge',
    access: 'technician',
    summary: 'Merge into another',
    body: incidents.MergeBody,
    response: incidents.IncidentRow,
  }),
  mark: route({
    method: 'PUT',
    path: '/incidents/{id}/machines/{machine}/mark',
    access: 'technician',
    summary: 'Mark a machine attended or recovered',
    body: incidents.MarkBody,
    response: incidents.RecoveryRow,
  }),

  sensors: route({
    method: 'GET',
    path: '/sensors',
    access: 'viewer',
    summary: 'Sensors, their versions and how they fare',
    response: fleet.Sensors,
  }),
  adoption: route({
    method: 'GET',
    path: '/sensors/adoption',
    access: 'viewer',
    summary: 'Machines per version over time',
    query: fleet.AdoptionQuery,
    response: fleet.Adoption,
  }),

  practices: route({
    method: 'GET',
    path: '/practices',
    access: 'viewer',
    summary: 'Practices',
    query: fleet.PracticesQuery,
    response: fleet.PracticesPage,
  }),
  practice: route({
    method: 'GET',
    path: '/practices/{code}',
    access: 'viewer',
    summary: 'One practice',
    response: fleet.PracticeDetail,
  }),
  practiceChange: route({
    method: 'PATCH',
    path: '/practices/{code}',
    access: 'admin',
    summary: 'Opening hours and contacts',
    body: fleet.PracticeBody,
    response: fleet.PracticeDetail,
  }),
  practicesImport: route({
    method: 'POST',
    path: '/practices/import',
    access: 'admin',
    summary: 'Import an ODS file or CSV (body: text/csv)',
    query: ImportQuery,
    response: fleet.PracticesImport,
  }),

  settings: route({
    method: 'GET',
    path: '/settings',
    access: 'admin',
    summary: 'Settings',
    response: settings.Settings,
  }),
  settingsChange: route({
    method: 'PATCH',
    path: '/settings',
    access: 'admin',
    summary: 'Change settings',
    body: settings.SettingsBody,
    response: settings.Settings,
  }),
  runbooks: route({
    method: 'GET',
    path: '/runbooks',
    access: 'viewer',
    summary: 'Runbooks',
    response: settings.Runbooks,
  }),
  runbookPut: route({
    method: 'PUT',
    path: '/runbooks/{id}',
    access: 'admin',
    summary: 'Write a runbook',
    body: settings.RunbookBody,
    response: settings.RunbookRow,
  }),
  runbookDelete: route({
    method: 'DELETE',
    path: '/runbooks/{id}',
    access: 'admin',
    summary: 'Remove a runbook',
    response: common.Ok,
  }),
  channels: route({
    method: 'GET',
    path: '/channels',
    access: 'admin',
    summary: 'Notification channels',
    response: settings.Channels,
  }),
  channelAdd: route({
    method: 'POST',
    path: '/channels',
    access: 'admin',
    summary: 'Add a channel',
    body: settings.ChannelBody,
    response: settings.ChannelRow,
  }),
  channelTest: route({
    method: 'POST',
    path: '/channels/{id}/test',
    access: 'admin',
    summary: 'Send a test message',
    body: z.object({}),
    response: settings.ChannelRow,
  }),
  channelDelete: route({
    method: 'DELETE',
    path: '/channels/{id}',
    access: 'admin',
    summary: 'Remove a channel',
    response: common.Ok,
  }),
  maintenances: route({
    method: 'GET',
    path: '/maintenance',
    access: 'viewer',
    summary: 'Maintenance windows',
    response: settings.Maintenances,
  }),
  maintenanceAdd: route({
    method: 'POST',
    path: '/maintenance',
    access: 'admin',
    summary: 'Add a maintenance window',
    body: settings.MaintenanceBody,
    response: settings.MaintenanceRow,
  }),
  maintenanceDelete: route({
    method: 'DELETE',
    path: '/maintenance/{id}',
    access: 'admin',
    summary: 'Remove a maintenance window',
    response: common.Ok,
  }),
  enrolmentTokens: route({
    method: 'GET',
    path: '/enrolment-tokens',
    access: 'admin',
    summary: 'Enrolment tokens',
    response: people.EnrolmentTokens,
  }),
  enrolmentTokenAdd: route({
    method: 'POST',
    path: '/enrolment-tokens',
    access: 'admin',
    summary: 'Make an enrolment token',
    body: people.EnrolmentTokenBody,
    response: people.NewEnrolmentToken,
  }),
  enrolmentTokenRevoke: route({
    method: 'DELETE',
    path: '/enrolment-tokens/{id}',
    access: 'admin',
    summary: 'Revoke an enrolment token',
    response: common.Ok,
  }),
  users: route({ method: 'GET', path: '/users', access: 'admin', summary: 'Users', response: people.Users }),
  invite: route({
    method: 'POST',
    path: '/users',
    access: 'admin',
    summary: 'Invite a user: answers with a one-time link',
    body: people.InviteBody,
    response: people.Invitation,
  }),
  userChange: route({
    method: 'PATCH',
    path: '/users/{id}',
    access: 'admin',
    summary: 'Change role, or disable',
    body: people.UserBody,
    response: people.UserRow,
  }),
  tokens: route({ method: 'GET', path: '/tokens', access: 'admin', summary: 'API tokens', response: people.Tokens }),
  tokenAdd: route({
    method: 'POST',
    path: '/tokens',
    access: 'admin',
    summary: 'Make an API token',
    body: people.TokenBody,
    response: people.NewToken,
  }),
  tokenDelete: route({
    method: 'DELETE',
    path: '/tokens/{id}',
    access: 'admin',
    summary: 'Revoke an API token',
    response: common.Ok,
  }),
  audit: route({
    method: 'GET',
    path: '/audit',
    access: 'admin',
    summary: 'Who did what',
    query: z.object(common.PageQuery),
    response: common.page(people.AuditRow),
  }),
  health: route({
    method: 'GET',
    path: '/health',
    access: 'viewer',
    summary: "The collector's own health",
    response: fleet.CollectorHealth,
  }),
  live: route({
    method: 'GET',
    path: '/live',
    access: 'viewer',
    summary: 'Changes as server-sent events; resumes with Last-Event-ID',
    media: 'text/event-stream',
  }),
  components: route({
    method: 'GET',
    path: '/components',
    access: 'viewer',
    summary: 'Component versions in the fleet',
    query: z.object({ kind: z.string().max(20).optional(), name: z.string().max(200).optional(), ...common.PageQuery }),
    response: items(common.ComponentRef.extend({ machines: common.Count, firstSeen: common.Time })),
  }),
} as const
export type Routes = typeof routes
export type RouteName = keyof Routes
