import { writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { ConfigError, readConfig, startCollector } from '@pumphandle/collector'
import { AGENT_SOCKET_PATH, ENROL_PATH, EnrolResponse, SUBPROTOCOL } from '@pumphandle/shared/wire'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { WebSocket } from 'ws'
import { hasOpenssl, makeCertificate } from '../support/agent-process.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
})
afterEach(() => database.drop())

const config = (args: readonly string[]) =>
  readConfig({ PUMPHANDLE_PORT: '0', PUMPHANDLE_DATA: database.dataDir, PUMPHANDLE_LOG_LEVEL: 'silent' }, args)

/** POST over TLS with a CA of its own, which fetch does not take. */
function post(url: URL, ca: string, token: string, body: unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const sent = request(url, { method: 'POST', ca, headers }, (response) => {
      let text = ''
      response.on('data', (data: Buffer) => {
        text += data.toString('utf8')
      })
      response.on('end', () => resolve(text))
    })
    sent.on('error', reject)
    sent.end(JSON.stringify(body))
  })
}

/** Who ends TLS: the collector's own process, or a gateway process where the system lets them share a port. */
const GATEWAYS = process.platform === 'linux' ? ['0', '1'] : ['0']

test.skipIf(!hasOpenssl).each(GATEWAYS)(
  'an agent enrols and connects over TLS, %s gateways; plain HTTP is not spoken there',
  async (gateways) => {
    const ca = makeCertificate(database.dataDir)
    const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(database.dataDir, name)) as [string, string]
    const collector = await startCollector(config(['--tls-cert', cert, '--tls-key', key, '--gateways', gateways]))
    try {
      const port = new URL(collector.url).port
      expect(collector.url).toBe(`https://127.0.0.1:${port}`)
      const base = `https://localhost:${port}`
      const { enrolment } = collector.context
      const token = await enrolment.createToken({ name: 't', site: null, days: 1, maxUses: null, createdBy: 'test' })
      const answer = await post(new URL(ENROL_PATH, base), ca.cert, token.secret, {
        computerName: 'PC',
        agentVersion: '1',
      })
      const { machine, secret } = EnrolResponse.parse(JSON.parse(answer))
      const socket = new WebSocket(base.replace('https', 'wss') + AGENT_SOCKET_PATH, SUBPROTOCOL, {
        ca: ca.cert,
        headers: { authorization: `Bearer ${machine}.${secret}` },
      })
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
      socket.terminate()
      await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow('fetch failed')
    } finally {
      await collector.close()
    }
  },
)

test('a certificate that is none is one sentence', async () => {
  const file = join(database.dataDir, 'not-a-certificate.pem')
  writeFileSync(file, 'no')
  const start = startCollector(config(['--tls-cert', file, '--tls-key', file]))
  await expect(start).rejects.toThrow(ConfigError)
  await expect(start).rejects.toThrow(
    /set PUMPHANDLE_TLS_CERT and PUMPHANDLE_TLS_KEY to a PEM certificate and its key\.$/,
  )
})
