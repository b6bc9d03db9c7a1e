import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo, Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SERVICE_ENVIRONMENT } from '../../packages/agent/src/windows/service-environment.ts'
import {
  type AgentWorld,
  ended,
  hasOpenssl,
  makeAgentWorld,
  makeCertificate,
  makeSignedCertificate,
} from '../support/agent-process.ts'
import { eventually } from '../support/eventually.ts'
import { type SmallDisk, smallDisk } from '../support/small-disk.ts'
import { STAND_IN_SECRET, type StandInCollector, startStandIn } from '../support/stand-in-collector.ts'

const TOKEN = 'enrolment-token-of-a-test'

let world: AgentWorld
const disk = smallDisk(8)
afterAll(() => disk?.remove())
const closing: (() => Promise<void>)[] = []
async function collect(options: Parameters<typeof startStandIn>[0] = {}): Promise<StandInCollector> {
  const collector = await startStandIn(options)
  closing.push(() => collector.close())
  return collector
}
const changesOf = (collector: StandInCollector): { id: string; name: string }[] =>
  collector
    .events()
    .flatMap((event) => (event.type === 'component-changed' ? [{ id: event.id, name: event.name }] : []))

beforeEach(() => {
  world = makeAgentWorld()
})
afterEach(async () => {
  world.remove()
  for (const close of closing.splice(0)) await close()
})

describe('a running agent', () => {
  it('enrols once, sends hello and the crash first, then everything, and says goodbye', async () => {
    const collector = await collect()
    const child = world.start('--collector', collector.url, '--token', TOKEN, '--site', 'A81001')
    await collector.frame('events', ({ events }) => events.some(({ type }) => type === 'inventory'))
    const [first, second] = collector.frames.map(({ frame }) => frame)
    expect(first).toMatchObject({ type: 'hello', site: 'A81001' })
    expect(second).toMatchObject({ type: 'events', batch: 1 })
    expect(second?.type === 'events' && second.events[0]).toMatchObject({ type: 'crash', stopCode: '0x50' })
    expect(collector.authorizations).toEqual([`Bearer ${TOKEN}`, expect.stringContaining(STAND_IN_SECRET)])
    child.kill('SIGTERM')
    expect(await collector.frame('goodbye')).toMatchObject({ reason: 'service-stop' })
    expect((await ended(child)).code).toBe(0)
  })

  it('reports a channel file the moment it lands, also of a sensor that was not there before', async () => {
    const collector = await collect()
    world.start('--collector', collector.url, '--token', TOKEN)
    await collector.frame('events', ({ events }) => events.some(({ type }) => type === 'inventory'))
    world.dropChannelFile(291)
    const frame = await collector.frame('events', ({ events }) =>
      events.some(({ type }) => type === 'component-changed'),
    )
    expect(frame.events[0]).toMatchObject({ name: 'falcon/291', kind: 'content' })
    expect(collector.sockets).toHaveLength(1)
  })

  it('reports nothing twice after it was killed', async () => {
    const collector = await collect()
    let child = world.start('--collector', collector.url, '--token', TOKEN)
    await collector.frame('events', ({ events }) => events.some(({ type }) => type === 'inventory'))
    for (let channel = 300; channel < 308; channel++) {
      const death = once(child, 'close')
      world.dropChannelFile(channel)
      // between nothing and the time that noticing, sending and keeping take: the kill falls into each of them
      setTimeout(() => child.kill('SIGKILL'), (channel - 300) * 6)
      await death
      child = world.start('--collector', collector.url)
      await eventually(() => expect(changesOf(collector).map(({ name }) => name)).toContain(`falcon/${channel}`))
    }
    const idsByName = new Map<string, Set<string>>()
    for (const { id, name } of changesOf(collector)) idsByName.set(name, (idsByName.get(name) ?? new Set()).add(id))
    expect([...idsByName.values()].map((ids) => ids.size)).toEqual(Array(8).fill(1))
    const crashes = collector.events().filter(({ type }) => type === 'crash')
    expect(new Set(crashes.map(({ id }) => id)).size).toBe(1)
  })

  it('keeps what is not acknowledged, and sends it again under the same id', async () => {
    let acknowledges = false
    const collector = await collect({ acknowledges: () => acknowledges })
    const child = world.start('--collector', collector.url, '--token', TOKEN)
    await collector.frame('events', ({ events }) => events.some(({ type }) => type === 'inventory'))
    const before = new Set(collector.events().map(({ id }) => id))
    child.kill('SIGKILL')
    await once(child, 'close')
    acknowledges = true
    const count = collector.frames.length
    world.start('--collector', collector.url)
    await eventually(() => {
      const after = collector.frames.slice(count).flatMap(({ frame }) => (frame.type === 'events' ? frame.events : []))
      expect(new Set(after.map(({ id }) => id))).toEqual(before)
    })
  })

  it.skipIf(!disk)('goes on from memory where its folder takes no writes at all', async () => {
    const folder = (disk as SmallDisk).folder
    const collector = await collect()
    const first = world.start('--data', folder, '--collector', collector.url, '--token', TOKEN)
    await collector.frame('events', ({ events }) => events.some(({ type }) => type === 'inventory'))
    first.kill('SIGTERM')
    await once(first, 'close')
    disk?.readOnly(true)
    const child = world.start('--data', folder, '--collector', collector.url)
    await eventually(() => expect(collector.sockets.length).toBeGreaterThan(1))
    world.dropChannelFile(291)
    await eventually(() => expect(changesOf(collector).map(({ name }) => name)).toContain('falcon/291'))
    expect(child.exitCode).toBe(null)
  })

  it('comes back when the collector asked it to, and not before', async () => {
    const refusedAt: number[] = []
    const collector = await collect({
      refuseUpgrade: () => {
        refusedAt.push(performance.now())
        return refusedAt.length === 1 ? { status: 503, retryAfterSeconds: 1 } : undefined
      },
    })
    world.start('--collector', collector.url, '--token', TOKEN)
    await collector.frame('hello')
    expect((refusedAt[1] ?? 0) - (refusedAt[0] ?? 0)).toBeGreaterThanOrEqual(950)
  })

  it('notices within two heartbeats that the other end is gone', async () => {
    const collector = await collect({ welcome: { heartbeatSeconds: 5 } })
    world.start('--collector', collector.url, '--token', TOKEN)
    await collector.frame('hello')
    // the connection stays open and nothing comes back on it: what a pulled cable looks like
    collector.sockets[0]?.pause()
    await eventually(() => expect(collector.frames.filter(({ frame }) => frame.type === 'hello')).toHaveLength(2))
  })

  it('refuses to go without encryption, in a sentence', async () => {
    const child = world.start('--collector', 'http://collector.example', '--token', TOKEN)
    expect(await ended(child)).toMatchObject({ code: 1, error: expect.stringContaining('https://') as string })
  })
})

describe.skipIf(!hasOpenssl)('over TLS', () => {
  it('trusts what the pinned certificate signed', async () => {
    const { sha256, ...tls } = makeCertificate(world.folder)
    const collector = await collect({ tls })
    world.start('--collector', collector.url, '--token', TOKEN, '--ca-sha256', sha256)
    expect(await collector.frame('hello')).toMatchObject({ protocol: 1 })
  })

  it('trusts what a pinned authority signed where the collector shows that too, and says so where it does not', async () => {
    const { key, leaf, root, sha256 } = makeSignedCertificate(world.folder)
    const without = await collect({ tls: { key, cert: leaf } })
    const whole = await collect({ tls: { key, cert: `${leaf}${root}` } })
    const line = await startLine(without.url)
    world.start('--collector', line.url, '--token', TOKEN, '--ca-sha256', sha256)
    const says = 'The collector’s certificate file has to have the pinned one in it, too.'
    await eventually(() => expect(readFileSync(join(world.data, 'agent.log'), 'utf8')).toContain(says))
    expect(without.authorizations).toEqual([])
    line.switchTo(whole.url)
    await whole.frame('hello')
  })

  it.each([
    ['without the pin', []],
    ['with another pin', ['--ca-sha256', 'ab'.repeat(32)]],
  ])('sends nothing to a collector that it does not know, %s', async (_how, args) => {
    const { sha256: _unused, ...tls } = makeCertificate(world.folder)
    const collector = await collect({ tls })
    const child = world.start('--collector', collector.url, '--token', TOKEN, ...args)
    // its second attempt comes after the first one ended without a word to the collector
    const attempts = (): string[] => readFileSync(join(world.data, 'agent.log'), 'utf8').match(/enrolment: /g) ?? []
    await eventually(() => expect(attempts().length).toBeGreaterThanOrEqual(2))
    child.kill('SIGKILL')
    expect(collector.authorizations).toEqual([])
    expect(collector.frames).toEqual([])
  })

  it.each([
    ['NODE_TLS_REJECT_UNAUTHORIZED', () => '0'],
    ['NODE_EXTRA_CA_CERTS', (folder: string) => join(folder, 'cert.pem')],
  ])('verifies by its own rules, whatever %s says', async (name, value) => {
    const { sha256: _unused, ...tls } = makeCertificate(world.folder)
    const collector = await collect({ tls })
    const child = world.startWith({ [name]: value(world.folder) }, '--collector', collector.url, '--token', TOKEN)
    const attempts = (): string[] => readFileSync(join(world.data, 'agent.log'), 'utf8').match(/enrolment: /g) ?? []
    await eventually(() => expect(attempts().length).toBeGreaterThanOrEqual(2))
    child.kill('SIGKILL')
    expect(collector.authorizations).toEqual([])
  })

  it('runs with the variables that its service has on Windows', async () => {
    const { sha256, ...tls } = makeCertificate(world.folder)
    const collector = await collect({ tls })
    const service = Object.fromEntries(
      SERVICE_ENVIRONMENT.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
    world.startWith(service, '--collector', collector.url, '--token', TOKEN, '--ca-sha256', sha256)
    expect(await collector.frame('hello')).toMatchObject({ type: 'hello' })
  })

  it('trusts a second pinned certificate when the collector comes to show it', async () => {
    const old = makeCertificate(world.folder)
    const next = makeCertificate(world.folder)
    const before = await collect({ tls: old })
    const after = await collect({ tls: next })
    const line = await startLine(before.url)
    const pins = `${old.sha256},${next.sha256}`
    world.start('--collector', line.url, '--token', TOKEN, '--ca-sha256', pins)
    await before.frame('hello')
    line.switchTo(after.url)
    await after.frame('hello')
    expect(readFileSync(join(world.data, 'ca.pem'), 'utf8').match(/BEGIN/g)).toHaveLength(2)
  })

  it('moves to another collector by a token: neither its name nor its pin there counts, also after a restart in between', async () => {
    const old = makeCertificate(world.folder)
    const next = makeCertificate(world.folder)
    const before = await collect({ tls: old })
    const after = await collect({ tls: next })
    const first = world.start('--collector', before.url, '--token', TOKEN, '--ca-sha256', old.sha256)
    await before.frame('hello')
    first.kill('SIGKILL')
    await once(first, 'close')
    const line = await startLine(before.url)
    const address = line.url.replace('localhost', '127.0.0.1')
    // the store of this system has the new one, which was written last
    const store = { NODE_OPTIONS: '--use-system-ca', SSL_CERT_FILE: join(world.folder, 'cert.pem') }
    const moving = world.startWith(store, '--collector', address, '--token', `${TOKEN}-of-another`)
    const attempts = (): string[] => readFileSync(join(world.data, 'agent.log'), 'utf8').match(/enrolment: /g) ?? []
    await eventually(() => expect(attempts().length).toBeGreaterThanOrEqual(1))
    moving.kill('SIGKILL')
    await once(moving, 'close')
    line.switchTo(after.url)
    world.startWith(store)
    await after.frame('hello')
    expect(after.authorizations[0]).toBe(`Bearer ${TOKEN}-of-another`)
  })

  it('trusts the pinned certificate alone, and asks others by the system’s authorities', async () => {
    const pinned = makeCertificate(world.folder)
    const other = makeCertificate(world.folder)
    const servers = [pinned, other].map(({ key, cert }) => createTlsServer({ key, cert }).listen(0, '127.0.0.1'))
    await Promise.all(servers.map((server) => once(server, 'listening')))
    const [own = 0, others = 0] = servers.map((server) => (server.address() as AddressInfo).port)
    const pins = JSON.stringify([pinned.cert])
    const script = `
      import { connect } from 'node:tls'
      import { tlsOptions } from ${JSON.stringify(import.meta.resolve('../../packages/agent/src/uplink/dial.ts'))}
      const isTrusted = (port, pins) => new Promise((resolve) => {
        const socket = connect({ ...tlsOptions('localhost', pins), port }, () => (socket.destroy(), resolve(true)))
        socket.on('error', () => resolve(false))
      })
      const trusted = []
      for (const [port, pins] of [[${own}, ${pins}], [${others}, ${pins}], [${others}], [${own}]])
        trusted.push(await isTrusted(port, pins))
      console.log(JSON.stringify(trusted))`
    // the store of this system has the other one, which was written last
    const env = { ...process.env, SSL_CERT_FILE: join(world.folder, 'cert.pem') }
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    expect(JSON.parse(String((await once(child.stdout, 'data'))[0]))).toEqual([true, false, true, false])
    for (const server of servers) server.close()
  })

  it('goes through a device that opens TLS, whose authority is in the system’s store', async () => {
    const inner = makeCertificate(world.folder)
    const collector = await collect({ tls: { key: inner.key, cert: inner.cert } })
    // the second certificate lies where the first one did
    const { sha256: _unpinned, ...outer } = makeCertificate(world.folder)
    const device = createTlsServer(outer, (socket) => {
      const onward = connectTls({ port: Number(new URL(collector.url).port), ca: inner.cert, servername: 'localhost' })
      socket.on('error', () => onward.destroy())
      onward.on('error', () => socket.destroy())
      socket.pipe(onward).pipe(socket)
    }).listen(0, '127.0.0.1')
    await once(device, 'listening')
    // as the installed service runs; SSL_CERT_FILE is the store of this system
    const store = { NODE_OPTIONS: '--use-system-ca', SSL_CERT_FILE: join(world.folder, 'cert.pem') }
    const address = `https://localhost:${(device.address() as AddressInfo).port}`
    const child = world.startWith(store, '--collector', address, '--token', TOKEN)
    expect(await collector.frame('hello')).toMatchObject({ type: 'hello' })
    child.kill('SIGKILL')
    device.close()
  })

  it('goes through a proxy that wants a login', async () => {
    const { sha256, ...tls } = makeCertificate(world.folder)
    const collector = await collect({ tls })
    const { server, requests } = await startProxy()
    const { port } = server.address() as AddressInfo
    const proxy = `http://user:pa%20ss@127.0.0.1:${port}`
    world.start('--collector', collector.url, '--token', TOKEN, '--ca-sha256', sha256, '--proxy', proxy)
    await collector.frame('hello')
    const login = Buffer.from('user:pa ss').toString('base64')
    expect(requests.length).toBeGreaterThanOrEqual(2)
    for (const request of requests) expect(request).toContain(`Proxy-Authorization: Basic ${login}`)
    expect(readFileSync(join(world.data, 'agent.json'), 'utf8')).toContain(`"proxy": "http://127.0.0.1:${port}"`)
  })
})

/** One address, behind which another collector may come to stand. */
async function startLine(first: string): Promise<{ url: string; switchTo: (url: string) => void }> {
  let target = first
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(new URL(target).port), '127.0.0.1')
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', () => undefined)
    }
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
    client.pipe(upstream).pipe(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(async () => {
    server.close()
  })
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    switchTo(url) {
      target = url
      for (const socket of open) socket.destroy()
    },
  }
}

/** An HTTP proxy that knows CONNECT alone, and keeps what it was asked. */
async function startProxy(): Promise<{ server: Server; requests: string[] }> {
  const requests: string[] = []
  const server = createServer((client) => {
    client.once('data', (bytes) => {
      const request = bytes.toString('latin1')
      requests.push(request)
      const [, host = '', port = ''] = /^CONNECT ([^:]+):(\d+) /.exec(request) ?? []
      const target = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n')
        client.pipe(target).pipe(client)
      })
      target.on('error', () => client.destroy())
    })
    client.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(async () => {
    server.close()
  })
  return { server, requests }
}
