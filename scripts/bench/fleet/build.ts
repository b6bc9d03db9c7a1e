import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { DAY } from '@pumphandle/shared/time'
import { openStore } from '../../../packages/collector/src/store/index.ts'
import { SECRET, uidOf } from '../../../packages/collector/tests/bench/fleet/identity.ts'

/** Machines at one practice, as in general practice; practices of one region. */
const PER_PRACTICE = 27
const REGIONS = 42

/** A new database with so many machines that enrolled a month ago and are off. SQL makes the rows. */
export async function buildFleet(file: string, machines: number, now: number): Promise<void> {
  await (await openStore({ kind: 'sqlite', file })).close()
  const db = new DatabaseSync(file)
  db.exec('pragma synchronous = OFF')
  db.exec('begin')
  const practices = Math.ceil(machines / PER_PRACTICE)
  const region = db.prepare('insert into region (id, code, name) values (?, ?, ?)')
  for (let r = 1; r <= REGIONS; r++) region.run(r, `Q${r}`, `Region ${r}`)
  const practice = db.prepare(
    `insert into practice (id, code, name, region_id, status, vouched) values (?, ?, ?, ?, 'open', 1)`,
  )
  for (let p = 1; p <= practices; p++) practice.run(p, `A${80_000 + p}`, `Practice ${p} Surgery`, 1 + (p % REGIONS))
  const machine = db.prepare(
    `insert into machine (id, uid, name, practice_id, region_id, state, state_since, state_reason, first_seen, last_seen, unmanaged, agent_version, established_at)
     values (?, ?, ?, ?, ?, 'offline', ?, 'It said that it shuts down.', ?, ?, 0, '0.1.0', ?)`,
  )
  const identity = db.prepare('insert into machine_identity (machine_id, secret_hash, enrolled_at) values (?, ?, ?)')
  const hash = createHash('sha256').update(SECRET).digest('hex')
  for (let n = 1; n <= machines; n++) {
    const place = Math.ceil(n / PER_PRACTICE)
    machine.run(
      n,
      uidOf(n),
      `PC-${n}`,
      place,
      1 + (place % REGIONS),
      now - DAY,
      now - 30 * DAY,
      now - DAY,
      now - 29 * DAY,
    )
    identity.run(n, hash, now - 30 * DAY)
  }
  db.exec('commit')
  db.exec('analyze')
  db.close()
}
