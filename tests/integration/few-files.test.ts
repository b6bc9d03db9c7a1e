import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newApiToken } from '@pumphandle/collector/people'
import { createClient } from '@pumphandle/shared/client'
import { systemClock } from '@pumphandle/shared/clock'
import { expect, inject, test } from 'vitest'
import { collectorOn, envOf } from '../support/collector.ts'
import { startCollectorProcess } from '../support/collector-process.ts'
import { emptyDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { type Identity, WireClient } from '../support/wire-client.ts'

/** Files that the collector may open, and more machines than there is room for. */
const FILES = 520
const MACHINES = 120
/** Of a server that opens little more than sockets. */
const FEW_FILES = 120
/** A connection that gets no file is not answered before others end, a minute later. */
const WITHIN_MS = 20_000

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
    const read = { name: 'x', scope: 'read', days: 1, createdBy: 't' } as const
    const { secret: token } = await newApiToken(before.context.store, systemClock, read)
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
      const { problems } = await createClient({ url: running.url, token }).call('health')
      expect(problems).toMatchObject([{ code: 'too-few-files', severity: 'error' }])
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

test.skipIf(process.platform !== 'linux')(
  'whoever opens more connections to a commons than it has files, and says nothing whole, keeps no member from it',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pumphandle-few-'))
    const members = join(folder, 'members')
    writeFileSync(members, '')
    const env = { PUMPHANDLE_ROLE: 'commons', PUMPHANDLE_COMMONS_MEMBERS: members, PUMPHANDLE_PORT: '0' }
    const running = await startCollectorProcess({ ...env, PUMPHANDLE_LOG_LEVEL: 'info' }, FEW_FILES)
    const { hostname, port } = new URL(running.url)
    const sockets: Socket[] = []
    try {
      for (let n = 0; n < 2 * FEW_FILES; n++) {
        const socket = connect(Number(port), hostname)
        sockets.push(socket)
        socket.on('error', () => undefined)
        await once(socket, 'connect')
        socket.write('POST /commons/v1/report HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n{')
      }
      const asked = await fetch(`${running.url}/livez`, { signal: AbortSignal.timeout(WITHIN_MS) })
      expect(asked.status).toBe(200)
    } finally {
      for (const socket of sockets) socket.destroy()
      await running.kill()
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
