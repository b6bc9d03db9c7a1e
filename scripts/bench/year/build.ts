import { DatabaseSync } from 'node:sqlite'
import { DAY, HOUR } from '@pumphandle/shared/time'
import { build } from '../query/build.ts'

/**
 * What a machine in a practice sends on a day, as often and as long as the agent does: it is switched on, its security
 * product gets definitions, a service stops, and once a day the whole inventory and the vitals go out.
 */
const PER_DAY = [
  { type: 'boot', times: 1, bytes: 330, says: { bootId: 'b1', start: 'cold', previous: { end: 'clean' } } },
  {
    type: 'component-changed',
    times: 4,
    bytes: 190,
    says: { kind: 'content', name: 'defender/signatures', version: '1.415.1.0' },
  },
  { type: 'service-state', times: 1, bytes: 160, says: { service: 'WinDefend', state: 'stopped' } },
  { type: 'vitals', times: 1, bytes: 260, says: { uptimeSeconds: 30_000 } },
  { type: 'inventory', times: 1, bytes: 900, says: { components: [], complete: [] } },
]
/** Definitions of a day, which everybody gets. */
const CONTENTS = 4
/** Off, on, asleep, awake. */
const TRANSITIONS = 4
/** One machine of so many stops with a blue screen on a day. */
const CRASH_EVERY = 300
/** A working day, in which everything happens. */
const OPEN_MS = 10 * HOUR

/** Adds the days before `until`, ms epoch, to a new database of a fleet; SQL makes the rows, for there are 60 million. */
export async function buildYear(file: string, machines: number, days: number, until: number): Promise<void> {
  await build(file, { machines, events: 0 })
  const db = new DatabaseSync(file)
  for (const pragma of ['synchronous = OFF', 'journal_mode = OFF', 'cache_size = -1000000', 'foreign_keys = OFF'])
    db.exec(`pragma ${pragma}`)
  const indexes = db
    .prepare(
      `select name, sql from sqlite_schema where type = 'index' and sql is not null and tbl_name in ('event', 'exposure', 'machine_transition', 'crash')`,
    )
    .all() as { name: string; sql: string }[]
  for (const { name } of indexes) db.exec(`drop index "${name}"`)
  db.exec('delete from exposure')
  const kinds = PER_DAY.flatMap((kind) => Array.from({ length: kind.times }, () => kind))
  db.exec('create temp table kind (n integer primary key, type text, says text)')
  const kind = db.prepare('insert into kind values (?, ?, ?)')
  for (const [n, { type, bytes, says }] of kinds.entries()) kind.run(n, type, padded({ ...says, type }, bytes))
  const first = Number(db.prepare('select max(id) as id from component').get()?.['id']) + 1
  // the same hash of machine and kind spreads everything over the working day
  const at = (n: string): string => `$start + ((m.id * 2654435761 + (${n}) * 40503) % ${OPEN_MS})`
  const event = db.prepare(`insert into event (machine_id, event_id, type, at, agent_at, received_at, payload)
    select id, 'd' || $day || '-' || n, type, at, at, at,
      '{"id":"d' || $day || '-' || n || '","at":' || at || says
    from (select m.id, n, type, says, ${at('n')} as at from kind, machine m) order by at`)
  const transition = db.prepare(`insert into machine_transition (machine_id, at, from_state, to_state, reason)
    select m.id, ${at('n')}, case n % 2 when 0 then 'offline' else 'healthy' end, case n % 2 when 0 then 'healthy' else 'offline' end, 'It said that it shuts down.'
    from kind, machine m where n < ${TRANSITIONS} order by 2`)
  const crash = db.prepare(`insert into crash (machine_id, event_id, at, kind, stop_code, culprit, count)
    select m.id, 'd' || $day || '-crash', ${at('7')}, 'bugcheck', 80, 'driver' || (m.id % 8) || '.sys', 1
    from machine m where (m.id + $day) % ${CRASH_EVERY} = 0`)
  const component = db.prepare(
    `insert into component (id, kind, name, version, version_key, first_seen) values (?, 'content', 'defender/signatures', ?, ?, ?)`,
  )
  const exposure = db.prepare(`insert into exposure (machine_id, component_id, since, until)
    select m.id, $component, ${at('$n')}, ${at('$n')} + $lasts from machine m`)
  db.exec('begin')
  for (let day = 0; day < days; day++) {
    const start = until - (days - day) * DAY
    event.run({ $start: start, $day: day })
    transition.run({ $start: start })
    crash.run({ $start: start, $day: day })
    for (let n = 0; n < CONTENTS; n++) {
      const id = first + day * CONTENTS + n
      const version = `1.${400 + day}.${n}.0`
      component.run(id, version, version, start)
      const lasts = day === days - 1 && n === CONTENTS - 1 ? null : DAY / CONTENTS
      exposure.run({ $start: start, $component: id, $n: n, $lasts: lasts })
    }
  }
  db.exec('commit')
  for (const { sql } of indexes) db.exec(sql)
  db.exec('analyze')
  db.close()
}

/** What follows the id and the time in an event's JSON, as long as agents' events of that type are. */
function padded(says: object, bytes: number): string {
  const json = JSON.stringify(says).slice(1)
  // some 40 bytes are the id and the time
  return `,"x":"${'x'.repeat(Math.max(0, bytes - json.length - 50))}",${json}`
}
