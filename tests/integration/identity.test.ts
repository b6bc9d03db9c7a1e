import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import type { Collector } from '@pumphandle/collector'
import type { Client } from '@pumphandle/shared/client'
import { AGENT_SOCKET_PATH, CLOSE, type Hello, SUBPROTOCOL } from '@pumphandle/shared/wire'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { WebSocket } from 'ws'
import { newKey } from '../../packages/agent/src/uplink/key.ts'
import { claimOf } from '../../packages/agent/src/uplink/prover.ts'
import { hasOpenssl, makeAgentWorld, makeCertificate } from '../support/agent-process.ts'
import { collectorOn } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { firstAdmin } from '../support/signed-in.ts'
import { enrol, enrolByKey, type Identity, proofOf, WireClient } from '../support/wire-client.ts'

/** Who ends TLS: the collector's own process, or a gateway process where the system lets them share a port. */
const GATEWAYS = process.platform === 'linux' ? ['0', '1'] : ['0']
const [BOARD, OTHER_BOARD, THIRD_BOARD] = ['1'.repeat(64), '2'.repeat(64), '3'.repeat(64)]
const FINGERPRINT = 'ab'.repeat(32)

let database: TestDatabase
let collector: Collector
let admin: Client
const proxies: Server[] = []
beforeEach(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
})
afterEach(async () => {
  for (const proxy of proxies.splice(0)) proxy.close()
  await collector.close()
  await database.drop()
})

async function start(more: Record<string, string> = {}): Promise<void> {
  collector = await collectorOn(database, more)
}
async function token(isForReports = false): Promise<string> {
  const made = { name: 't', site: 'A81001', days: 1, maxUses: null, createdBy: 't', isForReports }
  return (await collector.context.enrolment.createToken(made)).secret
}
const notesOf = async ({ machine }: Identity) => {
  await collector.context.identity.identities.settled()
  return (await admin.call('machine', { path: { id: machine } })).identity.notes
}
const said = (board: string, run: string, number?: number): Partial<Hello> => ({
  marks: { hardware: board },
  run: { id: run, ...(number !== undefined && { number }) },
})

/** The status of an upgrade with this header over a connection that is there; `open` where it was let in. */
function upgrade(url: string, line: Socket, authorization: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url.replace(/^https?/, 'ws') + AGENT_SOCKET_PATH, SUBPROTOCOL, {
      headers: { authorization },
      createConnection: () => line,
    })
    socket.once('open', () => {
      resolve('open')
      socket.terminate()
    })
    socket.once('error', (error) => resolve(error.message))
  })
}
async function lineTo(url: string, ca?: string): Promise<Socket> {
  const port = Number(new URL(url).port)
  const socket = ca ? connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca }) : connect(port, '127.0.0.1')
  await once(socket, ca ? 'secureConnect' : 'connect')
  return socket
}

describe.skipIf(!hasOpenssl)('over TLS that ends at the collector', () => {
  test.each(GATEWAYS)('what a machine shows is worth nothing on another connection; %s gateways', async (gateways) => {
    const { cert } = makeCertificate(database.dataDir)
    const [PUMPHANDLE_TLS_CERT, PUMPHANDLE_TLS_KEY] = ['cert.pem', 'key.pem'].map((n) => join(database.dataDir, n)) as [
      string,
      string,
    ]
    await start({ PUMPHANDLE_TLS_CERT, PUMPHANDLE_TLS_KEY, PUMPHANDLE_GATEWAYS: gateways })
    const { url } = collector
    const key = newKey()
    const { row } = await machineByKey(key)
    const identity = { machine: row.uid, key }
    const line = await lineTo(url, cert)
    const shown = await proofOf(url, identity, line)
    expect(shown).toMatch(/^Pumphandle machine=\w{26},by=exporter,over=-,signature=/)
    expect(await upgrade(url, line, shown)).toBe('open')
    expect(await upgrade(url, await lineTo(url, cert), shown)).toContain('401')
    // another machine's key, and no key at all
    const other = await lineTo(url, cert)
    expect(await upgrade(url, other, await proofOf(url, { machine: row.uid, key: newKey() }, other))).toContain('401')
    expect(await upgrade(url, await lineTo(url, cert), `Bearer ${row.uid}.${'x'.repeat(43)}`)).toContain('401')
    const client = await WireClient.connect(url, identity, {}, cert)
    await client.deliver(1, [{ id: 'v', at: Date.now(), type: 'vitals', uptimeSeconds: 1 }])
    // what lies in the database proves nothing either
    const stored = await collector.context.store.reader.selectFrom('machine_identity').selectAll().execute()
    expect(stored).toMatchObject([{ secret_hash: '', report_hash: null }])
    expect(JSON.stringify(stored)).not.toContain(key)
  })
})

/** A machine of this key, without the way over HTTP. */
async function machineByKey(key: string): Promise<{ row: { uid: string } }> {
  const secret = await token()
  const to = createHash('sha256').update(secret).digest('hex')
  const request = { computerName: 'PC', agentVersion: '1', key: claimOf(key, to) }
  const enrolled = await collector.context.enrolment.enrol(secret, request)
  return { row: { uid: enrolled?.machine ?? '' } }
}

describe.skipIf(!hasOpenssl)('behind what ends TLS on the way', () => {
  /** Ends TLS, as a proxy in front of the collector or a device of the practice does. */
  async function endTls(): Promise<{ url: string; cert: string }> {
    const { key, cert } = makeCertificate(database.dataDir)
    const port = Number(new URL(collector.url).port)
    const proxy = createTlsServer({ key, cert }, (front) => {
      const back = connect(port, '127.0.0.1')
      front.pipe(back).pipe(front)
      front.on('error', () => back.destroy())
      back.on('error', () => front.destroy())
    })
    proxies.push(proxy)
    await once(proxy.listen(0, '127.0.0.1'), 'listening')
    return { url: `https://localhost:${(proxy.address() as AddressInfo).port}`, cert }
  }

  test('a machine proves itself over a nonce, once', async () => {
    await start()
    const identity = await enrolByKey(collector.url, await token())
    const { url, cert } = await endTls()
    const bound = await lineTo(url, cert)
    expect(await upgrade(url, bound, await proofOf(url, identity, bound))).toContain('401')
    const line = await lineTo(collector.url)
    const shown = await proofOf(collector.url, identity, line)
    expect(shown).toContain(',by=nonce,')
    expect(await upgrade(collector.url, line, shown)).toBe('open')
    expect(await upgrade(collector.url, await lineTo(collector.url), shown)).toContain('401')
    const made = shown.replace(/over=[^,]+/, 'over=zzzzzzzz.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA')
    expect(await upgrade(collector.url, await lineTo(collector.url), made)).toContain('401')
  })

  test('an agent finds the way by itself, and knows it at its next start', async () => {
    await start()
    admin = await firstAdmin(collector)
    const { url, cert } = await endTls()
    const world = makeAgentWorld()
    const ca = join(world.data, 'ca.pem')
    mkdirSync(world.data, { recursive: true })
    writeFileSync(ca, cert)
    const pin = new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase()
    try {
      const child = world.start('--collector', url, '--token', await token(), '--ca-sha256', pin)
      await eventually(() => expect(told(world.data)).toMatchObject({ isByNonce: true }))
      child.kill('SIGTERM')
      await once(child, 'exit')
      expect(collector.context.fleet.size).toBe(1)
    } finally {
      world.remove()
    }
  })

  test('is not let in where lines must be bound', async () => {
    await start({ PUMPHANDLE_BOUND_LINES: '1' })
    const identity = await enrolByKey(collector.url, await token())
    await expect(WireClient.open(collector.url, identity)).rejects.toThrow('401')
  })
})

const told = (data: string): unknown => JSON.parse(readFileSync(join(data, 'told.json'), 'utf8'))

describe('who a machine is', () => {
  beforeEach(async () => {
    await start()
    admin = await firstAdmin(collector)
  })

  test('its marks and a token take nobody’s identity; both are shown', async () => {
    const marks = { fingerprint: FINGERPRINT, hardware: BOARD }
    const own = await enrolByKey(collector.url, await token(), { ...marks, computerName: 'RECEPTION' })
    const open = await WireClient.connect(collector.url, own)
    const thief = await enrolByKey(collector.url, await token(), { ...marks, computerName: 'RECEPTION' })
    const old = await enrol(collector.url, await token(), { ...marks, computerName: 'RECEPTION' })
    expect(new Set([own.machine, thief.machine, old.machine]).size).toBe(3)
    await open.deliver(1, [{ id: 'v', at: Date.now(), type: 'vitals', uptimeSeconds: 1 }])
    ;(await WireClient.connect(collector.url, own)).socket.terminate()
    const says = (text: string) => ({ kind: 'again', text: expect.stringContaining(text) as string })
    expect(await notesOf(thief)).toContainEqual(expect.objectContaining(says(own.machine)))
    expect(await notesOf(own)).toContainEqual(expect.objectContaining(says(thief.machine)))
  })

  test('nobody enrols a key that is not theirs', async () => {
    const secret = await token()
    const other = await token()
    const claim = claimOf(newKey(), createHash('sha256').update(other).digest('hex'))
    await expect(enrol(collector.url, secret, { key: claim })).rejects.toThrow('401')
  })

  test('one that has a secret tells its key, and the secret ends with that; a report of its disk cannot', async () => {
    const marks = { fingerprint: FINGERPRINT, computerName: 'OLD' }
    const old = await enrol(collector.url, await token(), marks)
    const report = await enrol(collector.url, await token(true), { ...marks, onBehalf: true })
    expect(report.machine).toBe(old.machine)
    const theirs = claimOf(newKey(), old.machine)
    const reporter = await WireClient.connect(collector.url, report, { key: theirs })
    await reporter.close()
    const key = newKey()
    const client = await WireClient.connect(collector.url, old, { key: claimOf(key, old.machine) })
    expect(await client.frame('key-taken')).toEqual({ type: 'key-taken', key: claimOf(key, old.machine).public })
    await expect(WireClient.open(collector.url, old)).rejects.toThrow('401')
    const again = await WireClient.connect(collector.url, { machine: old.machine, key })
    await again.deliver(1, [{ id: 'v', at: Date.now(), type: 'vitals', uptimeSeconds: 1 }])
    // while it is there nobody speaks for it
    const second = await WireClient.open(collector.url, report)
    second.send(second.hello())
    expect(await second.closeCode()).toBe(CLOSE.unauthorised.code)
    expect(again.closed).toBeUndefined()
    expect((await admin.call('machine', { path: { id: old.machine } })).identity).toMatchObject({
      provenBy: 'key',
      notes: [{ kind: 'key' }],
    })
  })

  test('a disk that was copied: the first computer keeps the key, the copy becomes a machine of its own', async () => {
    const own = await enrolByKey(collector.url, await token(), { hardware: BOARD, computerName: 'TEST-PC' })
    const first = await WireClient.connect(collector.url, own, said(BOARD, 'run-1'))
    const copy = await WireClient.open(collector.url, own)
    copy.send(copy.hello(said(OTHER_BOARD, 'run-2')))
    const refused = await copy.frame('refuse')
    expect(refused).toMatchObject({ code: 'copied', token: expect.any(String) as string })
    expect(await copy.closeCode()).toBe(CLOSE.copied.code)
    await first.deliver(1, [{ id: 'v', at: Date.now(), type: 'vitals', uptimeSeconds: 1 }])
    const anew = await enrolByKey(collector.url, refused.token ?? '', { hardware: OTHER_BOARD })
    expect(anew.machine).not.toBe(own.machine)
    await expect(enrolByKey(collector.url, refused.token ?? '')).rejects.toThrow('401')
    ;(await WireClient.connect(collector.url, anew, said(OTHER_BOARD, 'run-2'))).socket.terminate()
    expect(await notesOf(own)).toMatchObject([{ kind: 'two' }])
    expect((await admin.call('machine', { path: { id: anew.machine } })).machine.practice?.code).toBe('A81001')
  })

  test('a board that was replaced is told of; where the old one comes back too, the old one keeps the key', async () => {
    const own = await enrolByKey(collector.url, await token(), { hardware: BOARD })
    const first = await WireClient.connect(collector.url, own, said(BOARD, 'run-1'))
    first.send({ type: 'goodbye', sentAt: Date.now(), reason: 'shutdown' })
    await first.close()
    await eventually(() => expect(collector.context.fleet.byUid(own.machine)?.connected).toBe(false))
    const moved = await WireClient.connect(collector.url, own, said(OTHER_BOARD, 'run-2'))
    expect(await notesOf(own)).toMatchObject([{ kind: 'board' }])
    await WireClient.connect(collector.url, own, said(BOARD, 'run-3'))
    expect(await moved.closeCode()).toBe(CLOSE.replaced.code)
    const again = await WireClient.open(collector.url, own)
    again.send(again.hello(said(OTHER_BOARD, 'run-2')))
    expect(await again.closeCode()).toBe(CLOSE.copied.code)
    expect((await notesOf(own)).map((note) => note.kind)).toEqual(['two', 'two', 'board'])
  })

  test('two copies that are never on at once do not take turns with one identity, also after a restart', async () => {
    const own = await enrolByKey(collector.url, await token(), { hardware: BOARD })
    let runs = 0
    const comes = async (board: string): Promise<WireClient> => {
      const one = await WireClient.open(collector.url, own)
      one.send(one.hello(said(board, `run-${++runs}`)))
      return one
    }
    const goes = async (one: WireClient): Promise<void> => {
      await one.frame('welcome')
      one.send({ type: 'goodbye', sentAt: Date.now(), reason: 'shutdown' })
      await one.close()
      await eventually(() => expect(collector.context.fleet.byUid(own.machine)?.connected).toBe(false))
    }
    for (const board of [BOARD, OTHER_BOARD, THIRD_BOARD, BOARD]) await goes(await comes(board))
    for (const copy of [OTHER_BOARD, THIRD_BOARD]) {
      const refused = await comes(copy)
      expect(await refused.frame('refuse')).toMatchObject({ code: 'copied', token: expect.any(String) as string })
    }
    await collector.context.identity.identities.settled()
    await collector.close()
    await start()
    const refused = await comes(OTHER_BOARD)
    expect(await refused.closeCode()).toBe(CLOSE.copied.code)
    await goes(await comes(BOARD))
  })

  test('computers that say the same of themselves are told apart by their runs', async () => {
    const own = await enrolByKey(collector.url, await token())
    for (const run of ['run-1', 'run-2', 'run-1']) await WireClient.connect(collector.url, own, { run: { id: run } })
    const copy = await WireClient.open(collector.url, own)
    copy.send(copy.hello({ run: { id: 'run-2' } }))
    expect(await copy.closeCode()).toBe(CLOSE.copied.code)
    expect(await notesOf(own)).toMatchObject([{ kind: 'two' }])
  })

  test('a disk that was set back, and a name that changed, are told of, and it stays the machine', async () => {
    const own = await enrolByKey(collector.url, await token(), { computerName: 'TEST-PC' })
    await WireClient.connect(collector.url, own, said(BOARD, 'run-1', 57))
    await WireClient.connect(collector.url, own, { ...said(BOARD, 'run-2', 41), computerName: 'OTHER' })
    const notes = await notesOf(own)
    expect(notes.map((note) => note.kind).toSorted()).toEqual(['renamed', 'restored'])
    expect(notes.map((note) => note.text).join()).toMatch(/start 41 came after start 57/)
    // a power cut before the count was written: the same number again is none
    await WireClient.connect(collector.url, own, { ...said(BOARD, 'run-3', 41), computerName: 'OTHER' })
    expect(await notesOf(own)).toHaveLength(2)
  })

  test('a copied agent enrols anew by itself', async () => {
    const world = makeAgentWorld()
    const other = makeAgentWorld()
    try {
      const options = ['--collector', collector.url, '--token', await token()]
      const child = world.start(...options)
      await eventually(() => expect(collector.context.fleet.size).toBe(1))
      await eventually(() => expect(told(world.data)).toMatchObject({ runs: 1 }))
      child.kill('SIGTERM')
      await once(child, 'exit')
      cpSync(world.data, other.data, { recursive: true })
      world.start('--collector', collector.url)
      const [machine] = collector.context.fleet.machines()
      await eventually(() => expect(machine?.connected).toBe(true))
      other.start('--collector', collector.url)
      await eventually(() => expect(collector.context.fleet.size).toBe(2))
      await eventually(() =>
        expect([...collector.context.fleet.machines()].map((one) => one.connected)).toEqual([true, true]),
      )
    } finally {
      world.remove()
      other.remove()
    }
  })

  test('an agent that has a secret gets a key, without a visit', async () => {
    const world = makeAgentWorld()
    try {
      const { machine, secret } = await enrol(collector.url, await token())
      mkdirSync(world.data, { recursive: true })
      const sealed = Buffer.from(JSON.stringify({ machineSecret: secret })).toString('base64')
      for (const file of ['agent.json', 'agent.copy.json'])
        writeFileSync(join(world.data, file), JSON.stringify({ collectorUrl: collector.url, machine, sealed }))
      const secrets = (): { key?: string; machineSecret?: string } =>
        JSON.parse(
          Buffer.from(
            (JSON.parse(readFileSync(join(world.data, 'agent.json'), 'utf8')) as { sealed: string }).sealed,
            'base64',
          ).toString(),
        ) as { key?: string; machineSecret?: string }
      const first = world.start()
      await eventually(() => expect(secrets().key).toBeDefined())
      first.kill('SIGTERM')
      await once(first, 'exit')
      world.start()
      await eventually(() => expect(secrets()).toEqual({ key: expect.any(String) as string }))
      await expect(WireClient.open(collector.url, { machine, secret: secret ?? '' })).rejects.toThrow('401')
      ;(await WireClient.connect(collector.url, { machine, key: secrets().key ?? '' })).socket.terminate()
    } finally {
      world.remove()
    }
  })
})

test('secrets are refused from a day that is set', async () => {
  await start({ PUMPHANDLE_SECRETS_UNTIL: '2026-01-01' })
  await expect(WireClient.open(collector.url, await enrol(collector.url, await token()))).rejects.toThrow('401')
  ;(await WireClient.open(collector.url, await enrolByKey(collector.url, await token()))).socket.terminate()
})
