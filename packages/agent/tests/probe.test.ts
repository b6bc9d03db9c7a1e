import { connect, createServer, type Server } from 'node:net'
import { systemClock } from '@pumphandle/shared/clock'
import { afterEach, describe, expect, it } from 'vitest'
import { head, probe } from '../src/live/probe.ts'

let server: Server | undefined
afterEach(() => server?.close())

/** A port that answers what it is asked with these bytes, and then ends. */
async function answering(bytes: string | null): Promise<number> {
  const asked = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => (bytes === null ? socket.end() : socket.end(bytes)))
  })
  server = asked
  await new Promise<void>((resolve) => void asked.listen(0, '127.0.0.1', resolve))
  return (asked.address() as { port: number }).port
}

const reach = (port: number, kind: 'tcp' | 'tls' | 'https') =>
  probe({ name: 'Spine', kind, host: '127.0.0.1', port, intervalSeconds: 60 }, systemClock)

it('reaches what accepts a connection, and says how long each step took', async () => {
  const result = await reach(await answering(null), 'tcp')
  expect(result).toMatchObject({ name: 'Spine', ok: true })
  expect(result.tcpMs).toBeGreaterThanOrEqual(0)
  expect(result).not.toHaveProperty('failedAt')
})

it('says which step failed: nobody listens', async () => {
  const port = await answering(null)
  await new Promise<void>((resolve) => void server?.close(() => resolve()))
  expect(await reach(port, 'tcp')).toMatchObject({ ok: false, failedAt: 'tcp' })
})

it('says which step failed: what listens does not speak TLS', async () => {
  expect(await reach(await answering('220 mail.example ESMTP\r\n'), 'https')).toMatchObject({
    ok: false,
    failedAt: 'tls',
  })
})

describe('a service that is asked', () => {
  const ask = async (bytes: string | null) =>
    head(connect(await answering(bytes), '127.0.0.1'), {
      name: 'Spine',
      kind: 'https',
      host: 'spine.example',
      port: 443,
      intervalSeconds: 60,
    })

  it.each([200, 404, 503])('answers with %i', async (status) => {
    expect(await ask(`HTTP/1.1 ${status} Whatever\r\nContent-Length: 0\r\n\r\n`)).toBe(status)
  })

  it('is not taken at a word that comes before its answer', async () => {
    expect(await ask('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n')).toBe(204)
  })

  it.each([null, '220 mail.example ESMTP\r\n'])('that answers with no HTTP is not reached: %j', async (bytes) => {
    await expect(ask(bytes)).rejects.toThrow(Error)
  })
})
