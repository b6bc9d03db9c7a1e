import { once } from 'node:events'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect, type TLSSocket } from 'node:tls'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { DAY } from '@pumphandle/shared/time'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { newApiToken } from '../../packages/collector/src/people/index.ts'
import { hasOpenssl, makeCertificate } from '../support/agent-process.ts'
import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { type FastClock, fastClock } from '../support/fast-clock.ts'

// A certificate is renewed every two months for years: nobody restarts anything for it, and nobody is cut off by it.

let database: TestDatabase
let collector: Collector | undefined
let running: CollectorProcess | undefined
/** Where certificates lie that are not in use yet. */
let drawer: string
let cert: string
let key: string

beforeEach(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  drawer = join(database.dataDir, 'drawer')
  mkdirSync(drawer)
  cert = join(database.dataDir, 'cert.pem')
  key = join(database.dataDir, 'key.pem')
})
afterEach(async () => {
  await collector?.close()
  await running?.terminate()
  collector = undefined
  running = undefined
  await database.drop()
})

/** Puts a new pair in place as certbot's hook does, one file after the other. @returns the certificate, in PEM */
function renew(days = 90): string {
  const made = makeCertificate(drawer, { days })
  copyFileSync(join(drawer, 'cert.pem'), cert)
  copyFileSync(join(drawer, 'key.pem'), key)
  return made.cert
}

async function shownBy(url: string): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  return socket
}
const serialOf = (socket: TLSSocket): string => socket.getPeerCertificate().fingerprint256

const start = (clock?: FastClock) =>
  startCollector(
    readConfig({
      PUMPHANDLE_PORT: '0',
      PUMPHANDLE_DATA: database.dataDir,
      PUMPHANDLE_LOG_LEVEL: 'silent',
      PUMPHANDLE_TLS_CERT: cert,
      PUMPHANDLE_TLS_KEY: key,
    }),
    clock && { clock },
  )
async function scrape({ url, context: { store, clock } }: Collector): Promise<string> {
  const { secret } = await newApiToken(store, clock, { name: 'Prometheus', scope: 'read', days: 1, createdBy: 'test' })
  const headers = { authorization: `Bearer ${secret}` }
  const asked = request(`${url}/metrics`, { headers, rejectUnauthorized: false }).end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return text(response)
}
const problems = () => collector?.context.health().problems.map(({ code, severity }) => `${code} ${severity}`) ?? []

test.skipIf(!hasOpenssl).each(process.platform === 'linux' ? ['0', '2'] : ['0'])(
  'a process with %s gateways that is told by SIGHUP shows the new certificate, and who is connected stays',
  async (gateways) => {
    renew()
    running = await startCollectorProcess({
      PUMPHANDLE_DATA: database.dataDir,
      PUMPHANDLE_TLS_CERT: cert,
      PUMPHANDLE_TLS_KEY: key,
      PUMPHANDLE_GATEWAYS: gateways,
    })
    const { url, pid } = running
    const before = await shownBy(url)
    const old = serialOf(before)
    renew()
    process.kill(pid, 'SIGHUP')
    // each gateway takes connections in its turn: none shows the old one any more
    await eventually(async () => {
      for (let i = 0; i < 8; i++) {
        const socket = await shownBy(url)
        const shown = serialOf(socket)
        socket.destroy()
        expect(shown).not.toBe(old)
      }
    })
    // the connection of before still answers
    before.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n')
    const [answer] = (await once(before, 'data')) as [Buffer]
    expect(answer.toString('utf8')).toContain('200 OK')
    before.destroy()
    expect(running.hasEnded).toBe(false)
  },
)

test.skipIf(!hasOpenssl)(
  'files that cannot be used are refused in words, and the certificate of before stays',
  async () => {
    renew()
    const clock = fastClock()
    clock.hurry(20)
    collector = await start(clock)
    const { certificate } = collector.context
    const look = async () => {
      // half of a renewal looks alike for a moment: it is said at the second look
      await certificate?.look()
      await certificate?.look()
    }
    const first = await shownBy(collector.url)
    const old = serialOf(first)
    first.destroy()
    expect(problems()).toEqual([])
    const broken: [() => void, RegExp][] = [
      [
        () => writeFileSync(cert, 'no certificate'),
        /cannot be used \(.*\); the one before it stays, until 20\d\d-\d\d-\d\d/,
      ],
      [() => copyFileSync(join(drawer, 'cert.pem'), cert), /mismatch/],
      [() => writeFileSync(cert, ''), /cannot be used/],
    ]
    makeCertificate(drawer)
    for (const [spoil, says] of broken) {
      spoil()
      await look()
      expect(problems()).toEqual(['certificate-refused warning'])
      expect(collector.context.health().problems[0]?.title).toMatch(says)
      const socket = await shownBy(collector.url)
      expect(serialOf(socket)).toBe(old)
      socket.destroy()
    }
    renew()
    // nobody says that they are mended: it looks by itself
    await eventually(() => expect(problems()).toEqual([]))
    const socket = await shownBy(collector.url)
    expect(serialOf(socket)).not.toBe(old)
    socket.destroy()
  },
)

test.skipIf(!hasOpenssl)(
  'the days that are left are told: in figures, then as a warning, then as an error',
  async () => {
    renew(10)
    collector = await start()
    expect(problems()).toEqual(['certificate-ends warning'])
    expect(collector.context.health().problems[0]?.title).toMatch(/^The certificate ends in (9|10) days, on 20/)
    const figures = await scrape(collector)
    const ends = Number(
      /^pumphandle_certificate_expiry_timestamp_seconds\{issuer="localhost"\} (\d+)$/m.exec(figures)?.[1],
    )
    expect(ends * 1000 - Date.now()).toBeGreaterThan(9 * DAY)
    expect(ends * 1000 - Date.now()).toBeLessThan(11 * DAY)
    renew(2)
    await collector.context.certificate?.look()
    expect(problems()).toEqual(['certificate-ends error'])
  },
)
