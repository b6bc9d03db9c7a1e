import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { storedPlaces } from '../../src/model/places.ts'
import { hashSecret } from '../../src/model/secret.ts'
import { newApiToken, startSession } from '../../src/people/index.ts'
import { check } from '../../src/serve/live/check-readers.ts'
import { LiveHub } from '../../src/serve/live/hub.ts'
import type { Store } from '../../src/store/index.ts'
import { changeUser, insertUser } from '../../src/store/users.ts'
import { StillClock, tempStore } from './support/temp-store.ts'

const clock = new StillClock(1_000_000)
let store: Store
let drop: () => Promise<void>
let hub: LiveHub
let server: Server
let user: number
let session: string
let token: number

beforeEach(async () => {
  ;({ store, drop } = await tempStore())
  const person = { email: 'a@x', name: 'A', role: 'viewer', places: null, createdAt: 1, passwordHash: 'x' } as const
  user = (await insertUser(store.db, person))?.id ?? 0
  const secret = await startSession(store, clock, user, { means: 'password', address: '', browser: '' })
  session = hashSecret(secret)
  const made = await newApiToken(store, clock, { name: 't', scope: 'read', days: 1, createdBy: 'A', userId: user })
  token = made.row.id
  hub = new LiveHub(clock, '1')
  const app = express()
  const countedAs = `person:${user}`
  app.get('/session', (_, res) => void hub.attach(res, { actor: `user:${user}`, session, countedAs, places: null }, ''))
  app.get('/token', (_, res) => {
    hub.attach(res, { actor: `token:${token}`, session: undefined, countedAs, places: null }, '')
  })
  server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(async () => {
  hub.close()
  server.close()
  server.closeAllConnections()
  await drop()
})

const settings = { current: { secondFactorFrom: 'nobody' } } as const
const look = () => check([hub], { store, clock, log: pino({ level: 'silent' }), settings })

test.each(['session', 'token'])('a stream by a %s does not outlive what its reader had when it began', async (by) => {
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${by}`)
  await look()
  expect(hub.pages).toBe(1)
  // as for one that waited for its turn when the others were ended
  await changeUser(store.db, user, {
    places: storedPlaces({ regions: [], networks: [], practices: ['A81001'], tags: [] }),
  })
  await look()
  await response.text()
  expect(hub.pages).toBe(0)
})
