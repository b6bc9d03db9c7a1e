import { expect, inject, test } from 'vitest'
import { collectorOn, envOf } from '../support/collector.ts'
import { startCollectorProcess } from '../support/collector-process.ts'
import { emptyDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { type Identity, WireClient } from '../support/wire-client.ts'

/** Files that the collector may open, and more machines than there is room for. */
const FILES = 520
const MACHINES = 120

test.skipIf(process.platform !== 'linux')(
  'where the system gives too few files, machines are told to come back, and people and probes have theirs',
  async () => {
    const database = await emptyDatabase('sqlite', inject('pgUrl'))
    const before = await collectorOn(database)
    const { enrolment } = before.context
    const made = { name: 't', site: 'A81001', days: 1, maxUses: null, createdBy: 't' }
    const { secret } = await enrolment.createToken(made)
    const request = { computerName: 'PC', agentVersion: '0.1.0' }
    const machines = await Promise.all(Array.from({ length: MACHINES }, () => enrolment.enrol(secret, request)))
    await before.close()
    const running = await startCollectorProcess({ ...envOf(database), PUMPHANDLE_LOG_LEVEL: 'info' }, FILES)
    const clients: WireClient[] = []
    const refused: string[] = []
    try {
      // a few at a time, as many as are let in at once
      for (let n = 0; n < MACHINES; n += 20)
        await Promise.all(
          machines.slice(n, n + 20).map((machine) =>
            WireClient.connect(running.url, machine as Identity).then(
              (client) => void clients.push(client),
              (error: unknown) => void refused.push(String(error)),
            ),
          ),
        )
      expect(refused.length).toBeGreaterThan(0)
      expect(new Set(refused.map((why) => /\d{3}$/.exec(why)?.[0]))).toEqual(new Set(['503']))
      // all at once, as on the morning of an outage
      const asked = await Promise.all(
        Array.from({ length: 50 }, (_, n) => fetch(running.url + (n % 2 === 0 ? '/readyz' : '/api/v1/session/ways'))),
      )
      expect(asked.map(({ status }) => status)).toEqual(Array(50).fill(200))
      const [first] = clients as [WireClient]
      await first.deliver(1, [{ id: 'c', at: Date.now(), type: 'crash', kind: 'bugcheck' }])
      // a place that is given back is given to the next
      const [late] = machines.slice(clients.length)
      for (const client of clients.splice(-20)) client.socket.terminate()
      await eventually(async () => {
        clients.push(await WireClient.connect(running.url, late as Identity))
      })
      expect(await running.terminate()).toBe(0)
    } finally {
      for (const client of clients) client.socket.terminate()
      await running.kill()
      await database.drop()
    }
  },
)
