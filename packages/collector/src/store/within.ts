import type { Places } from '@pumphandle/shared/api'
import {
  CommonTableExpressionNameNode,
  CommonTableExpressionNode,
  type Kysely,
  type KyselyPlugin,
  type OperationNode,
  type RawBuilder,
  RawNode,
  type RootOperationNode,
  sql,
  type WithNode,
} from 'kysely'
import type { DatabaseKind } from './migrations/columns.ts'
import type { Database } from './tables.ts'

/**
 * What of a table somebody sees who has some places of the fleet: rows by a condition, all of it, or nothing. Each table has
 * its line, or this does not compile: a new one is seen by nobody until somebody has thought of it.
 */
type Seen = RawBuilder<unknown> | 'all' | 'nothing'

const OF_SITES = sql`practice_id in (select id from within_site)`
const OF_MACHINES = sql`machine_id in (select id from within_machine)`

/** An incident all of whose machines are in the places, and that has some: what has none is everybody's. */
const WHOLLY_WITHIN = (real: RealName) => sql`(exists (select 1 from ${real('incident_machine')} as own
  where own.incident_id = t.incident_id) and not exists (select 1 from ${real('incident_machine')} as other
  where other.incident_id = t.incident_id and other.machine_id not in (select id from within_machine)))`

/** Kinds of incident that have no machines, and are of nobody's place. */
const OF_ALL = sql`('clinical-system', 'blind')`

type RealName = (table: keyof Database) => RawBuilder<unknown>

function seen(real: RealName): Record<keyof Database, Seen> {
  const incidents = sql`(select im.incident_id from ${real('incident_machine')} as im
    where im.machine_id in (select id from within_machine))`
  return {
    region: sql`id in (select p.region_id from ${real('practice')} as p where p.id in (select id from within_site))`,
    pcn: sql`id in (select p.pcn_id from ${real('practice')} as p where p.id in (select id from within_site))`,
    practice: sql`id in (select id from within_site)`,
    machine: sql`practice_id in (select id from within_site)`,
    component: sql`exists (select 1 from ${real('machine_component')} as mc
      where mc.component_id = t.id and mc.machine_id in (select id from within_machine))`,
    machine_component: OF_MACHINES,
    exposure: OF_MACHINES,
    event: OF_MACHINES,
    event_known: OF_MACHINES,
    crash: OF_MACHINES,
    incident: sql`(id in ${incidents} or kind in ${OF_ALL})`,
    incident_machine: OF_MACHINES,
    // what people write and whom they mark may name others' machines
    incident_history: sql`(type in ('opened', 'contained', 'reopened', 'resolved', 'acknowledged', 'owner', 'notified')
      or ${WHOLLY_WITHIN(real)})`,
    machine_identity: OF_MACHINES,
    identity_note: OF_MACHINES,
    machine_detail: OF_MACHINES,
    machine_transition: OF_MACHINES,
    recovery_mark: OF_MACHINES,
    practice_card: OF_SITES,
    practice_report: OF_SITES,
    // lists name machines of every place
    owned_machine: 'nothing',
    // of a machine here, of a practice here
    tag: sql`(practice_id in (select id from within_site) or machine_id in (select id from within_machine))`,
    // somebody who sees all said that its words may be read here
    saved_query: sql`for_places = 1`,
    question_follower: 'nothing',
    coverage_day: 'nothing',
    runbook: 'all',
    // counts of the whole fleet
    incident_sample: 'nothing',
    trend_day: 'nothing',
    fact: 'nothing',
    version_record: 'nothing',
    version_change: 'nothing',
    incident_feedback: 'nothing',
    // what admins of all places keep
    enrolment_token: 'nothing',
    user: 'nothing',
    session: 'nothing',
    second_factor: 'nothing',
    one_time_link: 'nothing',
    api_token: 'nothing',
    audit: 'nothing',
    audit_chain: 'nothing',
    setting: 'nothing',
    channel: 'nothing',
    preference: 'nothing',
    maintenance: 'nothing',
    idempotency: 'nothing',
    notification: 'nothing',
    rota: 'nothing',
    snapshot: 'nothing',
    // the cluster's own
    edge: 'nothing',
    journal: 'nothing',
    brain: 'nothing',
    brain_beat: 'nothing',
    brain_term: 'nothing',
    machine_change: 'nothing',
    used_nonce: 'nothing',
  }
}

/**
 * The same database as somebody sees it who has some places: in every statement that reads, each table's name stands for its
 * rows of these places. No read has to think of it, and none can forget it.
 */
export function within(db: Kysely<Database>, kind: DatabaseKind, places: Places): Kysely<Database> {
  return db.withPlugin(new Within(kind, places))
}

class Within implements KyselyPlugin {
  readonly #tables: WithNode

  constructor(kind: DatabaseKind, places: Places) {
    // SQLite takes a name inside its own definition for the definition; PostgreSQL does not, and schemas have any name there
    const real: RealName = (table) => (kind === 'sqlite' ? sql`main.${sql.table(table)}` : sql`${sql.table(table)}`)
    const named = [
      table(
        'within_site',
        sql`select p.id from ${real('practice')} as p
        left join ${real('region')} as r on r.id = p.region_id left join ${real('pcn')} as n on n.id = p.pcn_id
        where ${sql.join(
          [
            oneOf(sql`p.code`, places.practices),
            oneOf(sql`r.code`, places.regions),
            oneOf(sql`n.code`, places.networks),
            tagged(sql`p.id`, places.tags, real('tag')),
          ],
          sql` or `,
        )}`,
      ),
      table(
        'within_machine',
        sql`select m.id, m.uid from ${real('machine')} as m
        where m.practice_id in (select id from within_site)`,
      ),
      ...Object.entries(seen(real)).flatMap(([name, rows]) =>
        rows === 'all'
          ? []
          : [
              table(
                name,
                sql`select ${columns(name)} from ${real(name as keyof Database)} as t where ${rows === 'nothing' ? sql`1 = 0` : rows}`,
              ),
            ],
      ),
    ]
    this.#tables = { kind: 'WithNode', expressions: named }
  }

  transformQuery({ node }: { node: RootOperationNode }): RootOperationNode {
    if (node.kind === 'SelectQueryNode') {
      const plain = this.#plain(node) as typeof node
      return {
        ...plain,
        with: { ...this.#tables, expressions: [...this.#tables.expressions, ...(plain.with?.expressions ?? [])] },
      }
    }
    if (node.kind === 'RawNode') return RawNode.create(['', ' ', ''], [this.#tables, this.#plain(node)])
    // a write names its rows by what was read
    return node
  }

  /** A query inside another comes with the tables already; the outer one's are enough, and a union takes them only there. */
  #plain(node: OperationNode): OperationNode {
    const parts = Object.entries(node).map(([name, part]) => [name, this.#plainPart(part)])
    return Object.fromEntries(parts) as unknown as OperationNode
  }

  #plainPart(part: unknown): unknown {
    if (Array.isArray(part)) return part.map((one) => this.#plainPart(one))
    if (!isNode(part) || part.kind === 'ValueNode' || part.kind === 'PrimitiveValueListNode') return part
    const own = this.#tables.expressions.length
    if (part.kind !== 'WithNode') return this.#plain(part)
    const { expressions } = part as WithNode
    if (expressions[0] !== this.#tables.expressions[0]) return this.#plain(part)
    const others = expressions.slice(own)
    return others.length === 0 ? undefined : { ...part, expressions: others }
  }

  async transformResult<T>({ result }: { result: T }): Promise<T> {
    return result
  }
}

/** How an incident began and what people said at its end is about all of its machines; a note may name a machine elsewhere. */
function columns(name: string): RawBuilder<unknown> {
  if (name === 'identity_note')
    return sql`t.id, t.machine_id, t.at, t.kind, case
      when t.kind = 'again' and not exists (select 1 from within_machine as named
        where named.id <> t.machine_id and t.text like '%' || named.uid || '%')
      then 'It says to be the same computer as a machine that is not of your places.'
      else t.text end as text`
  if (name !== 'incident_history') return sql`t.*`
  return sql`t.id, t.incident_id, t.at, t.actor, t.type, case
    when t.type = 'opened' then '{"text":"It began."}'
    when t.type in ('resolved', 'reopened') and t.actor <> 'collector' then '{"text":"Somebody who sees all of it said so."}'
    else t.payload end as payload`
}

function isNode(part: unknown): part is OperationNode {
  return typeof part === 'object' && part !== null && 'kind' in part
}

function oneOf(column: RawBuilder<unknown>, codes: readonly string[]): RawBuilder<unknown> {
  return codes.length === 0 ? sql`1 = 0` : sql`${column} in (${sql.join(codes)})`
}

/** Practices by the tags that people put on them; machines' own words give nobody anything. */
function tagged(id: RawBuilder<unknown>, tags: readonly string[], table: RawBuilder<unknown>): RawBuilder<unknown> {
  if (tags.length === 0) return sql`1 = 0`
  return sql`${id} in (select tagged.practice_id from ${table} as tagged where tagged.word in (${sql.join(tags)}))`
}

function table(name: string, body: RawBuilder<unknown>): CommonTableExpressionNode {
  const expression = sql`(${body})`.toOperationNode()
  return {
    ...CommonTableExpressionNode.create(CommonTableExpressionNameNode.create(name), expression),
    materialized: false,
  }
}
