import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Collector, ConfigError, readConfig, startCollector, startProgram } from '@pumphandle/collector'
import { createLogger } from '@pumphandle/collector/log'
import type { Client } from '@pumphandle/shared/client'
import { HOUR, MINUTE, SECOND } from '@pumphandle/shared/time'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startCommonsServer } from '../../packages/collector/src/commons/index.ts'
import { MAX_REPORT_BYTES, REPORTS_PER_MINUTE } from '../../packages/collector/src/commons/words/limits.ts'
import { REPORT_PATH } from '../../packages/collector/src/commons/words/path.ts'
import { newPrivateKey, signingKey } from '../../packages/collector/src/commons/words/signature.ts'
import { NOON, organisation } from '../../packages/collector/tests/commons/reports.ts'
import { VirtualClock } from '../../packages/simulator/src/time/virtual-clock.ts'
import { hasOpenssl, makeCertificate } from '../support/agent-process.ts'
import { eventually } from '../support/eventually.ts'
import { firstAdmin } from '../support/signed-in.ts'
import { enrol, WireClient } from '../support/wire-client.ts'

const log = createLogger('silent')
const BAD = '2024-07-19T12:30Z'
const OLD = '2024-07-18T20:00Z'
const KEY = `content:falcon/291@${BAD}`

let folder: string
let clock: VirtualClock
let closing: (() => unknown)[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pumphandle-commons-'))
  clock = new VirtualClock(NOON)
  closing = []
})
afterEach(async () => {
  for (const close of closing.toReversed()) await close()
  rmSync(folder, { recursive: true, force: true })
})

/** A commons over a real socket, on the test's clock. */
async function commonsOf(keys: readonly string[], args: Record<string, string> = {}): Promise<string> {
  const members = join(folder, 'members')
  writeFileSync(members, `# who takes part\n${keys.map((key, i) => `${key} organisation ${i}`).join('\n')}\n`)
  const config = readConfig({
    PUMPHANDLE_PORT: '0',
    PUMPHANDLE_ROLE: 'commons',
    PUMPHANDLE_COMMONS_MEMBERS: members,
    ...args,
  })
  const server = await startCommonsServer({ config, clock, log })
  closing.push(() => server.close())
  return server.url
}

const post = (url: string, body: string, signature: string) =>
  fetch(url + REPORT_PATH, { method: 'POST', body, headers: { 'pumphandle-signature': signature } })
const detailOf = async (response: Response) => ((await response.json()) as { detail: string }).detail

describe('a commons takes', () => {
  const key = signingKey(newPrivateKey())
  const report = (number = NOON, at = NOON) => ({ ...organisation('', 0), key: key.publicKey, number, at })
  const sent = (url: string, given: object = report()) => {
    const body = JSON.stringify(given)
    return post(url, body, key.sign(body))
  }

  test('a report that a member signed, once, and answers it', async () => {
    const url = await commonsOf([key.publicKey])
    const first = await sent(url)
    expect(first.status).toBe(200)
    expect(await first.json()).toEqual({ format: 1, at: NOON, organisations: 0, seen: [] })
    const again = await sent(url)
    expect([again.status, await detailOf(again)]).toEqual([409, expect.stringContaining('taken already')])
    expect((await sent(url, report(NOON + 1))).status).toBe(200)
  })

  test('nothing of strangers, nothing that was changed, nothing of another key’s', async () => {
    const url = await commonsOf([key.publicKey])
    const other = signingKey(newPrivateKey())
    const body = JSON.stringify({ ...report(), key: other.publicKey })
    const stranger = await post(url, body, other.sign(body))
    expect([stranger.status, await detailOf(stranger)]).toEqual([403, expect.stringContaining(other.publicKey)])
    const mine = JSON.stringify(report())
    for (const [changed, signature] of [
      [mine.replace('"failures":[]', '"failures":[ ]'), key.sign(mine)],
      [mine, other.sign(mine)],
      [mine, ''],
      [mine, 'no signature at all'],
    ] as const)
      expect((await post(url, changed, signature)).status).toBe(401)
  })

  test('nothing recorded: neither of another time, nor from before the server started', async () => {
    const url = await commonsOf([key.publicKey])
    const early = await sent(url, report(NOON - 1, NOON - MINUTE))
    expect([early.status, await detailOf(early)]).toEqual([409, expect.stringContaining('before this server started')])
    expect((await sent(url, report(NOON + 1, NOON - HOUR))).status).toBe(400)
    expect((await sent(url, report(NOON + 1, NOON + HOUR))).status).toBe(400)
  })

  test('so many a minute of one key, and so many bytes', async () => {
    const url = await commonsOf([key.publicKey])
    const statuses: number[] = []
    for (let i = 0; i <= REPORTS_PER_MINUTE; i++) statuses.push((await sent(url, report(NOON + i))).status)
    expect(statuses).toEqual([...Array.from({ length: REPORTS_PER_MINUTE }, () => 200), 429])
    const large = 'x'.repeat(MAX_REPORT_BYTES + 1)
    expect((await post(url, large, key.sign(large))).status).toBe(413)
    for (const wrong of ['', '{', '[]', JSON.stringify({ ...report(), site: 'A81001' })])
      expect((await post(url, wrong, key.sign(wrong))).status).toBe(400)
    expect((await fetch(`${url}/`)).status).toBe(404)
    expect((await fetch(`${url}/livez`)).status).toBe(200)
  })

  test('who was added to the list while it runs, and no more who was taken off', async () => {
    const url = await commonsOf([])
    expect((await sent(url)).status).toBe(403)
    writeFileSync(join(folder, 'members'), `${key.publicKey} Northern ICB\n`)
    clock.advanceTo(NOON + 10 * SECOND)
    expect((await sent(url, report(clock.now(), clock.now()))).status).toBe(200)
    // a file that is half written keeps who was there
    writeFileSync(join(folder, 'members'), 'Northern')
    clock.advanceTo(NOON + 20 * SECOND)
    expect((await sent(url, report(clock.now(), clock.now()))).status).toBe(200)
    writeFileSync(join(folder, 'members'), '# nobody\n')
    clock.advanceTo(NOON + 30 * SECOND)
    expect((await sent(url, report(clock.now(), clock.now()))).status).toBe(403)
  })

  test.skipIf(!hasOpenssl)('reports over TLS', async () => {
    const ca = makeCertificate(folder)
    const url = await commonsOf([key.publicKey], {
      PUMPHANDLE_TLS_CERT: join(folder, 'cert.pem'),
      PUMPHANDLE_TLS_KEY: join(folder, 'key.pem'),
    })
    const body = JSON.stringify(report())
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { 'pumphandle-signature': key.sign(body) }
      request(url + REPORT_PATH, { method: 'POST', ca: ca.cert, headers }, resolve)
        .on('error', reject)
        .end(body)
    })
    expect([answer.statusCode, JSON.parse(await text(answer))]).toMatchObject([200, { format: 1, seen: [] }])
  })
})

test('a commons is a role of the same program, and says what it lacks', async () => {
  expect(() => readConfig({ PUMPHANDLE_ROLE: 'commons' })).toThrow(ConfigError)
  const env = { PUMPHANDLE_ROLE: 'commons', PUMPHANDLE_PORT: '0', PUMPHANDLE_LOG_LEVEL: 'silent' }
  const missing = readConfig({ ...env, PUMPHANDLE_COMMONS_MEMBERS: join(folder, 'nowhere') })
  await expect(startProgram(missing)).rejects.toThrow('set PUMPHANDLE_COMMONS_MEMBERS')
  writeFileSync(join(folder, 'members'), '')
  const program = await startProgram(readConfig({ ...env, PUMPHANDLE_COMMONS_MEMBERS: join(folder, 'members') }))
  expect((await fetch(`${program.url}/livez`)).status).toBe(200)
  await program.close()
})

test.each(['http://commons.example', 'commons.example', 'ftp://commons.example'])('%s is no commons', (address) => {
  expect(() => readConfig({ PUMPHANDLE_COMMONS_URL: address })).toThrow(ConfigError)
})

/** An organisation: a real collector with machines on real sockets. */
interface Organisation {
  readonly collector: Collector
  readonly admin: Client
  readonly machines: WireClient[]
  /** Closes the collector, once. */
  end(): Promise<void>
}

describe('organisations', () => {
  let server: string
  let all: Organisation[]

  const collectorOf = (name: string) =>
    startCollector(
      readConfig({
        PUMPHANDLE_PORT: '0',
        PUMPHANDLE_DATA: join(folder, name),
        PUMPHANDLE_COMMONS_URL: server,
        PUMPHANDLE_LOG_LEVEL: 'silent',
      }),
      { clock, log, lastHeard: () => Number.POSITIVE_INFINITY },
    )

  async function organisationOf(name: string, machines: number): Promise<Organisation> {
    const collector = await collectorOf(name)
    let ended: Promise<void> | undefined
    const end = () => (ended ??= collector.close())
    closing.push(end)
    const { enrolment } = collector.context
    const token = await enrolment.createToken({ name, site: 'A81001', days: 1, maxUses: null, createdBy: 'test' })
    const connected: WireClient[] = []
    for (let i = 0; i < machines; i++) {
      const identity = await enrol(collector.url, token.secret)
      const client = await WireClient.connect(collector.url, identity, {
        sentAt: clock.now(),
        boot: { bootId: 'boot-1', startedAt: clock.now() - HOUR, previousEnd: 'clean' },
      })
      closing.push(() => client.socket.terminate())
      const components = [
        { kind: 'sensor' as const, name: 'falcon', version: '7.16' },
        { kind: 'content' as const, name: 'falcon/291', version: OLD },
      ]
      const complete = ['sensor' as const, 'content' as const]
      await client.deliver(
        1,
        [{ id: 'inventory', at: clock.now(), type: 'inventory', complete, components }],
        clock.now(),
      )
      connected.push(client)
    }
    return { collector, admin: await firstAdmin(collector), machines: connected, end }
  }

  /** Time passes for everybody; what goes over sockets meanwhile is waited for. */
  async function pass(ms: number): Promise<void> {
    for (const until = clock.now() + ms; clock.now() < until; ) {
      clock.advanceTo(clock.now() + SECOND)
      await new Promise(setImmediate)
    }
  }

  async function outage({ machines }: Organisation): Promise<void> {
    for (const client of machines)
      await client.deliver(
        2,
        [
          {
            id: 'update',
            at: clock.now(),
            type: 'component-changed',
            kind: 'content',
            name: 'falcon/291',
            version: BAD,
            previousVersion: OLD,
          },
        ],
        clock.now(),
      )
    await pass(30 * SECOND)
    for (const client of machines)
      await client.deliver(
        3,
        [{ id: 'crash', at: clock.now(), type: 'crash', kind: 'bugcheck', stopCode: '0x50' }],
        clock.now(),
      )
  }

  beforeEach(async () => {
    // whoever asks the address before the commons is there is told nothing; the collectors make their keys first
    const waiting = createServer((_request, response) => response.writeHead(503).end()).listen(0, '127.0.0.1')
    await new Promise((resolve) => waiting.once('listening', resolve))
    const { port } = waiting.address() as AddressInfo
    server = `http://127.0.0.1:${port}`
    all = []
    for (const [name, machines] of [
      ['large', 8],
      ['middle', 7],
      ['lesser', 6],
      ['small', 2],
    ] as const)
      all.push(await organisationOf(name, machines))
    const keys = await Promise.all(all.map(async ({ admin }) => (await admin.call('commons')).key ?? ''))
    waiting.closeAllConnections()
    await new Promise((resolve) => waiting.close(resolve))
    await commonsOf(keys, { PUMPHANDLE_PORT: String(port) })
  })

  test('warn the one that has seen nothing itself: as a warning, and no incident', async () => {
    const small = all[3]!
    const got: { title: string; link: string | null }[] = []
    const hook = createServer((req, res) => {
      void text(req).then((body) => {
        got.push(JSON.parse(body) as (typeof got)[number])
        res.end()
      })
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => hook.once('listening', resolve))
    closing.push(() => hook.close())
    const { port } = hook.address() as AddressInfo
    await small.admin.call('channelAdd', {
      body: { kind: 'webhook', name: 'hook', url: `http://127.0.0.1:${port}/`, enabled: true },
    })

    await pass(3 * MINUTE)
    for (const one of all.slice(0, 2)) await outage(one)
    await pass(4 * MINUTE)
    // two are not enough
    await eventually(async () => expect((await small.admin.call('commons')).organisations).toBe(3))
    expect((await small.admin.call('commons')).warnings).toEqual([])

    await outage(all[2]!)
    await pass(4 * MINUTE)
    await eventually(async () => {
      const { warnings, problem, isJoined, seen } = await small.admin.call('commons')
      expect([isJoined, problem]).toEqual([true, null])
      expect(warnings).toMatchObject([
        {
          sentence:
            'Three other organisations see machines with Falcon channel file 291 of 12:30 UTC on 19 July 2024 crash (stop code 0x50); 2 of yours wait for it.',
          overAt: null,
          incident: null,
          seen: { component: { key: KEY }, organisations: 3, failing: 3, machines: 0, waiting: 2 },
        },
      ])
      // what all have and harms nobody is seen, too
      expect(seen.map(({ component }) => component.key)).toContain('sensor:falcon@7.16')
    })
    expect((await small.admin.call('incidents', { query: { limit: 5 } })).items).toEqual([])
    expect(
      small.collector.context.detection.facts.failsElsewhere(small.collector.context.detection.facts.intern(KEY)),
    ).toBe(true)
    await pass(2 * MINUTE)
    await eventually(() =>
      expect(got.map(({ title }) => title)).toEqual([
        expect.stringContaining('Warning by other organisations: Falcon channel file 291'),
      ]),
    )
  })

  test('send what the page says they sent, and nothing that names a machine, a site or a person', async () => {
    const [large] = all
    await pass(3 * MINUTE)
    await eventually(async () => {
      const { report, sentAt } = await large!.admin.call('commonsReport')
      expect(sentAt).not.toBeNull()
      expect(Object.keys(report as object).toSorted()).toEqual(['at', 'fleet', 'format', 'key', 'number', 'rows'])
      const told = JSON.stringify(report)
      for (const secret of ['A81001', 'TEST-PC', 'Ada', ...large!.machines.map(({ identity }) => identity.machine)])
        expect(told).not.toContain(secret)
      expect(told).toContain('falcon/291')
    })
    // two machines are below five: the small one reports nothing of them
    await eventually(async () => {
      const { report } = await all[3]!.admin.call('commonsReport')
      expect(report).toMatchObject({ rows: [], fleet: { week: { hours: { older: 0 }, failures: [] } } })
    })
  })

  test('keep their key over a restart', async () => {
    const [large] = all
    const { key } = await large!.admin.call('commons')
    await large!.end()
    const again = await collectorOf('large')
    const row = await again.context.store.reader
      .selectFrom('snapshot')
      .select('body')
      .where('name', '=', 'commons')
      .executeTakeFirst()
    await again.close()
    expect(JSON.parse(row?.body ?? '{}')).toMatchObject({ key })
  })
})

test('takes part in nothing unless it is told to', async () => {
  const collector = await startCollector(
    readConfig({ PUMPHANDLE_PORT: '0', PUMPHANDLE_DATA: join(folder, 'alone'), PUMPHANDLE_LOG_LEVEL: 'silent' }),
  )
  closing.push(() => collector.close())
  const admin = await firstAdmin(collector)
  expect(await admin.call('commons')).toMatchObject({
    isJoined: false,
    server: null,
    key: null,
    warnings: [],
    seen: [],
  })
  expect(await admin.call('commonsReport')).toEqual({ sentAt: null, report: null })
  expect(readFileSync(join(folder, 'alone', 'pumphandle.db')).includes('commonsKey')).toBe(false)
})
