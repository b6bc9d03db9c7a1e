import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, BlockList } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { guardedFetch } from '../../../src/jobs/notify/delivery/guarded-fetch.ts'
import { isOffLimits, OFF_LIMITS } from '../../../src/jobs/notify/delivery/off-limits.ts'

let server: Server
let port: number
let asked: string[]
beforeEach(async () => {
  asked = []
  server = createServer((req, res) => {
    asked.push(`${req.method} ${req.url} ${String(req.headers['x-key'])}`)
    if (req.url === '/other')
      return void req.socket.write('HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')
    if (req.url === '/away') res.writeHead(302, { location: `http://127.0.0.1:${port}/elsewhere` })
    else if (req.url === '/busy') res.writeHead(429, { 'retry-after': '7' })
    // an answer without end is not read
    res.write('x'.repeat(100_000))
    if (req.url !== '/endless') res.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

test('a message leaves, and its answer is a status', async () => {
  const send = guardedFetch()
  const post = { method: 'POST', headers: { 'x-key': 'k' }, body: '{}', signal: AbortSignal.timeout(10_000) }
  expect((await send(`http://127.0.0.1:${port}/endless?a=1`, post)).status).toBe(200)
  const busy = await send(`http://127.0.0.1:${port}/busy`, post)
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '7'])
  expect((await send(`http://127.0.0.1:${port}/away`, post)).status).toBe(302)
  expect(asked).toEqual(['POST /endless?a=1 k', 'POST /busy k', 'POST /away k'])
})

test('an answer by another protocol is none, and nobody waits for it', async () => {
  await expect(guardedFetch()(`http://127.0.0.1:${port}/other`, { method: 'POST' })).rejects.toThrow('fetch failed')
})

test('a name that leads where nothing may go is not connected to, whatever it led to before', async () => {
  const offLimits = new BlockList()
  offLimits.addSubnet('127.0.0.0', 8, 'ipv4')
  offLimits.addAddress('::1', 'ipv6')
  const send = guardedFetch(offLimits)
  for (const host of ['localhost', '127.0.0.1', '2130706433', '[::ffff:127.0.0.1]'])
    for (const scheme of ['http', 'https'])
      await expect(send(`${scheme}://${host}:${port}/`)).rejects.toMatchObject({ cause: { code: 'ERR_IP_BLOCKED' } })
  expect(asked).toEqual([])
})

test.each([
  ['169.254.169.254', true],
  ['[fe80::1]', true],
  ['[::ffff:a9fe:a9fe]', true],
  ['[64:ff9b::a9fe:a9fe]', true],
  ['[fd00:ec2::254]', true],
  ['168.63.129.16', true],
  ['127.0.0.1', false],
  ['10.0.0.1', false],
  ['metadata.example', false],
])('%s is off limits: %s', (host, isOff) => {
  expect(isOffLimits(host)).toBe(isOff)
  expect(OFF_LIMITS.rules.length).toBeGreaterThan(0)
})
