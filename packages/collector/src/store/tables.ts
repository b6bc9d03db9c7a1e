import type { Generated, Insertable, Selectable } from 'kysely'
import type { ClusterTables } from './cluster-tables.ts'
import type { PeopleTables } from './people-tables.ts'
import type { Flag, Json, MachineState, Ms, QueryTables } from './schema.ts'

// The tables that no query compiles against. The conventions of schema.ts hold here too.

/** How a machine proves who it is. unique(fingerprint) */
interface MachineIdentityTable {
  machine_id: number
  /** SHA-256 of the secret, hexadecimal: the secret is random, so that a slow hash would add nothing. Empty: none holds */
  secret_hash: string
  /** the key that it proves itself by; index(public_key) */
  public_key: string | null
  /** of the Windows machine GUID and the board: says which machine this was before, and proves nothing; index(fingerprint) */
  fingerprint: string | null
  enrolled_at: Ms
  enrolment_token_id: number | null
  /** the address that it was enrolled from, of IPv6 the part that one customer has */
  enrolled_from: string | null
  /** as secret_hash, for a report of the machine's disk by another computer; good until report_expires_at */
  report_hash: string | null
  report_expires_at: Ms | null
  /** as public_key, for such a report */
  report_key: string | null
  /** hash of the board's UUID, of the computer that holds the key */
  hardware: string | null
  /** of those that held it before, the first one first, with spaces between */
  former_hardware: string | null
  /** of those that had it later and are copies, with spaces between */
  copied_hardware: string | null
  /** the agent's own count of its starts, as it said last */
  run_number: number | null
}

/** What was noticed of the computers behind a machine's key. index(machine_id) */
interface IdentityNoteTable {
  id: Generated<number>
  machine_id: number
  at: Ms
  kind: string
  /** a sentence for people */
  text: string
}

/** The latest of what is shown of one machine only. */
interface MachineDetailTable {
  machine_id: number
  /** the last inventory event without its components */
  inventory: Json | null
  reachability: Json | null
  reachability_at: Ms | null
  vitals: Json | null
  vitals_at: Ms | null
  /** how far the machine's clock runs ahead of the collector's */
  clock_skew_ms: number | null
}

/** Each change of a machine's state. index(machine_id, at), index(to_state, at); on PostgreSQL partitioned by day, index(id) */
interface MachineTransitionTable {
  id: Generated<number>
  machine_id: number
  at: Ms
  from_state: MachineState
  to_state: MachineState
  reason: string
}

/** unique(token_hash) */
interface EnrolmentTokenTable {
  id: Generated<number>
  name: string
  token_hash: string
  /** code of the practice that machines are put into; null takes what the machine says */
  site: string | null
  created_at: Ms
  created_by: string
  expires_at: Ms
  /** null: any number */
  max_uses: number | null
  uses: number
  revoked: Flag
  /** technicians' reports of disks come by it, and nothing else does */
  for_reports: Generated<Flag>
}

/** Append only, each line linked to the one before it; the database refuses anything else. index(at) */
interface AuditTable {
  id: number
  at: Ms
  actor: string
  action: string
  subject: string
  detail: string
  /** linkHash of ../model/audit-line.ts */
  hash: string
}

/** Where the audit log's chain begins and ends: one row. */
interface AuditChainTable {
  id: number
  /** lines before it were old enough to go */
  first_id: number
  before_hash: string
  last_id: number
  last_hash: string
}

/** What admins change at run time. primary key(key) */
interface SettingTable {
  key: string
  value: Json
  updated_at: Ms
  updated_by: string
}

/** primary key(id), a slug */
interface RunbookTable {
  id: string
  title: string
  markdown: string
  matches: Json
  updated_at: Ms
  updated_by: string
}

/** Where notifications go. */
interface ChannelTable {
  id: Generated<number>
  name: string
  kind: string
  url: string
  enabled: Flag
  last_ok_at: Ms | null
  last_error: string | null
  /** ChannelOptions of ../model */
  options: Generated<Json>
}

/** The newest card of a practice's own page. primary key(practice_id) */
interface PracticeCardTable {
  practice_id: number
  serial: number
  made_at: Ms
  made_by: string
}

/** What somebody at a practice said of a machine, by its page. index(practice_id, at) */
interface PracticeReportTable {
  id: Generated<number>
  practice_id: number
  at: Ms
  machine_id: number | null
  which: string
  screen: string
  stop_code: string | null
}

/** A machine of one of the organisation's own lists. primary key(source, machine_key) */
interface OwnedMachineTable {
  source: string
  /** its short name in small letters, else `serial:` and its serial number */
  machine_key: string
  name: string
  serial: string | null
  practice_code: string | null
  last_seen: Ms | null
  listed_at: Ms
}

/** How much of what is owned was watched on a day, UTC. primary key(day) */
interface CoverageDayTable {
  day: Ms
  listed: number
  watched: number
  unlisted: number
}

/** A question with a name, for everybody who has the whole fleet. */
interface SavedQueryTable {
  id: Generated<number>
  name: string
  q: string
  created_by: string
  created_at: Ms
  pinned: Flag
  told: Flag
  /** it found nothing when it was looked at last */
  was_empty: Flag
  /** people who have some places see it too */
  for_places: Flag
}

/** Who is told by email of a saved question. primary key(query_id, user_id) */
interface QuestionFollowerTable {
  query_id: number
  user_id: number
}

/** Words on machines and practices; one of the two ids is null. index(machine_id), index(practice_id), index(word) */
interface TagTable {
  id: Generated<number>
  machine_id: number | null
  practice_id: number | null
  /** what the word says something of: `ring` of `ring:pilot` */
  key: string
  word: string
  source: 'person' | 'import' | 'agent'
  set_by: string
  set_at: Ms
}

interface MaintenanceTable {
  id: Generated<number>
  title: string
  q: string
  /** the first time, where it repeats */
  from_at: Ms
  until_at: Ms
  created_by: string
  /** once, weekly, monthly */
  repeats: Generated<string>
}

/** Answers to writes that carried an idempotency key. primary key(key, actor); index(created_at) */
interface IdempotencyTable {
  key: string
  actor: string
  request_hash: string
  status: number
  body: string
  created_at: Ms
}

/** What people say of a machine on the recovery board. primary key(incident_id, machine_id) */
interface RecoveryMarkTable {
  incident_id: number
  machine_id: number
  mark: string
  note: string | null
  marked_by: string
  marked_at: Ms
}

/** An incident's figures once a minute: rates with and without the suspect, cohorts. primary key(incident_id, at) */
interface IncidentSampleTable {
  incident_id: number
  at: Ms
  payload: Json
}

/** Messages to send, claimed by compare-and-set on `status`. index(status, next_at) */
interface NotificationTable {
  id: Generated<number>
  incident_id: number
  channel_id: number
  type: string
  status: string
  attempts: number
  created_at: Ms
  next_at: Ms
  sent_at: Ms | null
  error: string | null
  /** what the incident is about: the same for one that comes again */
  cause: Generated<string>
  /** machines hit when it was sent */
  machines: number | null
  /** the incident whose alert it belongs to: the first of those that flap */
  thread: number | null
  /** it is sent only if nobody has acknowledged for so long */
  after_minutes: Generated<number>
  /** the day's digest that it waits for */
  digest_at: Ms | null
}

/** Who is on call when. */
interface RotaTable {
  id: Generated<number>
  name: string
  /** Rota of ../model/rota.ts */
  body: Json
  updated_by: string
  updated_at: Ms
}

/** What happened on a day, UTC; kept when its events are gone. primary key(day) */
interface TrendDayTable {
  /** start of the day */
  day: Ms
  /** enrolled by its end */
  machines: number
  /** blue screens, and machines that had one */
  crashes: number
  crashed_machines: number
  /** machines that vanished without a goodbye */
  dark: number
  boots: number
  /** that were opened */
  incidents: number
}

/** The detector's fact ids, in the order of first sight: a snapshot refers to them. primary key(id); unique(key) */
interface FactTable {
  id: number
  key: string
}

/** What was counted of a version, `kind:name@version`, or of the whole fleet, `*`, as of `at`. primary key(key) */
interface VersionRecordTable {
  key: string
  at: Ms
  payload: Json
}

/** Each change of a version's verdict. Append only. index(key, id) */
interface VersionChangeTable {
  id: Generated<number>
  at: Ms
  key: string
  from_word: string
  to_word: string
  sentence: string
}

/** State of a part that lives in memory, as of `at`: the detector, the incidents. primary key(name) */
interface SnapshotTable {
  name: string
  at: Ms
  /** `event.seq` up to which the snapshot has counted */
  seq: number
  body: Json
}

/** What somebody said of an incident that was over. primary key(incident_id) */
interface IncidentFeedbackTable {
  incident_id: number
  at: Ms
  cause: string
  title: string
  was: string
  reason: string
  given_by: string
}

export interface Database extends QueryTables, ClusterTables, PeopleTables {
  machine_identity: MachineIdentityTable
  identity_note: IdentityNoteTable
  machine_detail: MachineDetailTable
  machine_transition: MachineTransitionTable
  enrolment_token: EnrolmentTokenTable
  audit: AuditTable
  audit_chain: AuditChainTable
  setting: SettingTable
  runbook: RunbookTable
  channel: ChannelTable
  practice_card: PracticeCardTable
  practice_report: PracticeReportTable
  owned_machine: OwnedMachineTable
  coverage_day: CoverageDayTable
  saved_query: SavedQueryTable
  question_follower: QuestionFollowerTable
  tag: TagTable
  maintenance: MaintenanceTable
  idempotency: IdempotencyTable
  recovery_mark: RecoveryMarkTable
  incident_sample: IncidentSampleTable
  notification: NotificationTable
  rota: RotaTable
  trend_day: TrendDayTable
  fact: FactTable
  snapshot: SnapshotTable
  version_record: VersionRecordTable
  incident_feedback: IncidentFeedbackTable
  version_change: VersionChangeTable
}

export type Row<T extends keyof Database> = Selectable<Database[T]>
export type NewRow<T extends keyof Database> = Insertable<Database[T]>
