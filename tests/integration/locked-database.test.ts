import { fork } from 'node:child_process'
import { once } from 'node:events'
import { newApiToken } from '@pumphandle/collector/people'
import { createClient } from '@pumphandle/shared/client'
import { systemClock } from '@pumphandle/shared/clock'
import { expect, inject, test } from 'vitest'
import { collectorOn } from '../support/collector.ts'
import { emptyDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { enrol, WireClient } from '../support/wire-client.ts'

const HOLDER = new URL('../support/holds-a-lock.ts', import.meta.url)

test('a database that another program holds locked is said, keeps pages and probes going, and makes nobody dark', async () => {
  const database = await emptyDatabase('sqlite', inject('pgUrl'))
  // silence would be noticed within the time that the lock is held
  const collector = await collectorOn(database, { PUMPHANDLE_HEARTBEAT_SECONDS: '5' })
  const { enrolment, store, fleet } = collector.context
  const made = { name: 't', site: 'A81001', days: 1, maxUses: 9, createdBy: 't' }
  const { secret } = await enrolment.createToken(made)
  const clients = await Promise.all(
    [1, 2, 3].map(async (i) =>
      WireClient.connect(collector.url, await enrol(collector.url, secret, { computerName: `PC-${i}` })),
    ),
  )
  const beating = setInterval(() => {
    for (const client of clients) client.send({ type: 'heartbeat', sentAt: Date.now() })
  }, 1_000)
  const read = { name: 'x', scope: 'read', days: 1, createdBy: 't' } as const
  const page = createClient({ url: collector.url, token: (await newApiToken(store, systemClock, read)).secret })
  const holder = fork(HOLDER, [database.address], { execArgv: [] })
  try {
    await once(holder, 'message')
    const [first] = clients as [WireClient]
    const at = Date.now()
    first.sendEvents(1, [{ id: 'c', at, type: 'crash', kind: 'bugcheck', stopCode: '0x50' }])
    await eventually(async () => {
      const { status, text } = await fetch(`${collector.url}/readyz`).then(async (r) => ({
        status: r.status,
        text: await r.text(),
      }))
      expect({ status, text }).toEqual({ status: 503, text: 'nothing can be stored: store-locked\n' })
    })
    expect((await page.call('overview')).health).toMatchObject({ ok: false, problems: [{ code: 'store-locked' }] })
    await page.call('machines', { query: {} })
    // past the silence after which a machine is dark
    await eventually(() => expect(Date.now() - at).toBeGreaterThan(20_000))
    await page.call('machines', { query: {} })
    expect(fleet.counts).toMatchObject({ dark: 0, offline: 0 })
    expect(first.frames.filter((frame) => frame.type === 'ack')).toEqual([])
    expect(clients.filter((client) => client.closed)).toEqual([])
    holder.kill('SIGKILL')
    await first.until(() => first.frames.some((frame) => frame.type === 'ack'))
    await eventually(async () => expect((await fetch(`${collector.url}/readyz`)).status).toBe(200))
    expect(fleet.counts.dark).toBe(0)
  } finally {
    holder.kill('SIGKILL')
    clearInterval(beating)
    await collector.close()
    await database.drop()
  }
})
