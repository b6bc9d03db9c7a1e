import type { IncidentRecord } from '../../packages/collector/src/model/incident-record.ts'
import { writeIncidents } from '../../packages/collector/src/store/incidents.ts'
import { startNotifyCursor } from '../../packages/collector/src/store/notifications.ts'
import { collectorOn } from '../support/collector.ts'
import type { TestDatabase } from '../support/databases.ts'
import { firstAdmin } from '../support/signed-in.ts'
import { enrol, type Identity } from '../support/wire-client.ts'

const MACHINES = 5

/** An incident for people to work on. */
export const INCIDENT: IncidentRecord = {
  id: 1,
  kind: 'component',
  status: 'open',
  title: 'A component is crashing machines',
  sentence: 'It is for the fault lab.',
  cause: { kind: 'driver', name: 'lab.sys', version: '1.0', key: 'driver:lab.sys@1.0' },
  partner: null,
  confidence: 'certain',
  openedAt: 1,
  firstFailureAt: 1,
  lastFailureAt: 1,
  containedAt: null,
  resolvedAt: null,
  owner: null,
  mergedInto: null,
  detectorNumber: null,
  subject: null,
  explanation: null,
  practices: 0,
  cohorts: { affected: 0, 'at-risk': 0, recovered: 0, relapsed: 0, missing: 0, cleared: 0 },
}

export interface Seeded {
  readonly identities: readonly Identity[]
  /** Of a token that may write. */
  readonly secret: string
}

/** Machines that are enrolled, an incident, and a channel that is told of it. */
export async function seeded(database: TestDatabase, hook: string): Promise<Seeded> {
  const here = await collectorOn(database)
  try {
    const { enrolment, store } = here.context
    const token = await enrolment.createToken({
      name: 'faults',
      site: 'A81001',
      days: 1,
      maxUses: null,
      createdBy: 'faults',
    })
    const identities: Identity[] = []
    for (let n = 0; n < MACHINES; n++) identities.push(await enrol(here.url, token.secret, { computerName: `PC-${n}` }))
    const admin = await firstAdmin(here)
    await admin.call('channelAdd', { body: { name: 'lab', kind: 'webhook', url: hook, backMinutes: 0 } })
    const { secret } = await admin.call('tokenAdd', { body: { name: 'lab', scope: 'write' } })
    // from now on changes are told: a collector's first second is not what is tried here
    await startNotifyCursor(store.db, 0, Date.now())
    await store.transaction((tx) =>
      writeIncidents(tx, { records: [INCIDENT], members: [], gone: [], history: [], samples: [] }),
    )
    return { identities, secret }
  } finally {
    await here.close()
  }
}
