import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LiveHub } from '../../src/serve/live/hub.ts'

let hub: LiveHub
let server: Server
let url: string

beforeEach(async () => {
  hub = new LiveHub({ now: () => 1_000, after: () => () => undefined, every: () => () => undefined }, '1')
  const app = express()
  app.get('/', (req, res) => {
    hub.attach(
      res,
      { actor: 'user:1', session: 's', countedAs: 'person:1', places: null },
      req.headers['last-event-id'] as string | undefined,
    )
  })
  server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
afterEach(() => {
  hub.close()
  server.close()
  server.closeAllConnections()
})

/** Opens a page's stream and waits until it is attached. */
async function open(lastId?: string): Promise<Response> {
  const before = hub.pages
  const response = await fetch(url, lastId === undefined ? {} : { headers: { 'last-event-id': lastId } })
  expect(hub.pages).toBe(before + 1)
  return response
}

const note = (id: number): { type: 'incident-history'; at: number; id: number } => ({
  type: 'incident-history',
  at: 1,
  id,
})

async function textOf(response: Response): Promise<string> {
  const text = response.text()
  hub.dismiss({ actor: 'user:1' })
  return text
}

test('a page that comes back gets what it missed, in order and once', async () => {
  hub.publish(note(1))
  hub.publish(note(2))
  hub.publish(note(3))
  const run = (1_000).toString(36)
  const text = await textOf(await open(`${run}-1`))
  expect(text).not.toContain('"id":1}')
  expect(text.indexOf('"id":2}')).toBeGreaterThan(0)
  expect(text.indexOf('"id":3}')).toBeGreaterThan(text.indexOf('"id":2}'))
  expect(text).not.toContain('reset')
})

test.each(['other-1', `${(1_000).toString(36)}-99`, `${(1_000).toString(36)}-0`, 'nonsense'])(
  'a page whose last message %s is not kept reads everything again',
  async (lastId) => {
    // more than are kept, so that the first are gone
    for (let i = 0; i < 4_100; i++) hub.publish(note(i))
    expect(await textOf(await open(lastId))).toContain('"type":"reset"')
  },
)

test('a page that reads too slowly is cut off, the others are not', async () => {
  const slow = await open()
  const fast = await open()
  const reading = fast.text()
  const big = { type: 'practices' as const, at: 1, codes: ['x'.repeat(400_000)], more: 0 }
  while (hub.cutOff === 0) {
    hub.publish(big)
    await new Promise((next) => setImmediate(next))
  }
  await expect(slow.text()).rejects.toThrow('terminated')
  hub.publish(note(7))
  hub.dismiss({ session: 's' })
  expect(await reading).toContain('"id":7}')
})
