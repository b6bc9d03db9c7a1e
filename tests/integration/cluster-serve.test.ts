import { type Brain, type Program, readConfig, startBrain, startServe } from '@pumphandle/collector'
import { newApiToken } from '@pumphandle/collector/people'
import { openStore, type Store } from '@pumphandle/collector/store'
import { PATHS } from '@pumphandle/shared/client'
import { systemClock } from '@pumphandle/shared/clock'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { Member } from '../cluster/member.ts'
import { envOf } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'

// What people ask of a serve, while the brain behind it changes.

let database: TestDatabase
let store: Store
let secret: string
const running: Program[] = []

const configOf = (role: string) => readConfig({ ...envOf(database), PUMPHANDLE_ROLE: role })

async function start<T extends Program>(role: Promise<T>): Promise<T> {
  const started = await role
  running.push(started)
  return started
}
const brain = (): Promise<Brain> => start(startBrain(configOf('brain')))
const serve = (): Promise<Program> => start(startServe(configOf('serve')))

beforeEach(async () => {
  database = await emptyDatabase('postgres', inject('pgUrl'))
  store = await openStore({ kind: 'postgres', url: database.address })
  ;({ secret } = await newApiToken(store, systemClock, { name: 't', scope: 'admin', days: 1, createdBy: 't' }))
})
afterEach(async () => {
  for (const role of running.splice(0).reverse()) await role.close()
  await store.close()
  await database.drop()
})

/** A question is saved for everybody, by a request with a key. */
async function save(url: string, name: string, key: string): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`${url}/api/v1/saved-queries`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ name, q: 'state:dark' }),
  })
  return { status: response.status, answer: await response.json() }
}

async function saved(): Promise<string[]> {
  return (await store.reader.selectFrom('saved_query').select('name').orderBy('name').execute()).map((row) => row.name)
}

test('every route is answered through a serve as the brain itself answers it', async () => {
  const one = await brain()
  await one.active
  const two = await serve()
  await eventually(async () => expect((await fetch(`${two.url}/readyz`)).status).toBe(200))
  const knock = async (url: string, name: keyof typeof PATHS, headers: Record<string, string>) => {
    const [method = '', path = ''] = PATHS[name].split(' ')
    const response = await fetch(`${url}/api/v1${path.replace(/\{\w+\}/g, '999999')}`, { method, headers })
    await response.body?.cancel()
    return `${name} ${response.status}`
  }
  for (const headers of [{}, { authorization: `Bearer ${secret}` }] as Record<string, string>[]) {
    const names = (Object.keys(PATHS) as (keyof typeof PATHS)[]).filter((name) => name !== 'live')
    const direct: string[] = []
    const through: string[] = []
    for (const name of names) direct.push(await knock(one.url, name, headers))
    for (const name of names) through.push(await knock(two.url, name, headers))
    // a few are asked of one address so and so often alone, whichever way they come
    const isAnswered = (_: string, n: number) => !through[n]?.endsWith(' 429')
    expect(through.filter(isAnswered)).toEqual(direct.filter(isAnswered))
    expect(through.filter(isAnswered).length).toBeGreaterThan(80)
  }
})

test.each(['killed', 'standing still'])(
  'what is asked while the active brain is %s is done once, by the one after it',
  async (how) => {
    // in a process of its own, to be killed
    const first = await Member.start('brain', [database.address], {
      PUMPHANDLE_DATA: database.dataDir,
      PUMPHANDLE_LOG_LEVEL: 'info',
    })
    try {
      const two = await serve()
      await eventually(async () => expect((await save(two.url, 'before', 'k-before')).status).toBe(200))
      const second = await brain()
      const ended = how === 'killed' ? first.kill() : first.pause(14_000)
      const answers = await Promise.all(Array.from({ length: 5 }, (_, n) => save(two.url, `meanwhile ${n}`, `k-${n}`)))
      expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200))
      await second.active
      // whoever had no answer asks again, through any serve, with the same key
      const other = await serve()
      await eventually(async () => expect((await fetch(`${other.url}/readyz`)).status).toBe(200))
      expect(await save(other.url, 'meanwhile 0', 'k-0')).toEqual(answers[0])
      expect(await save(other.url, 'before', 'k-before')).toMatchObject({ status: 200 })
      await ended
      await eventually(async () =>
        expect(await saved()).toEqual(['before', ...Array.from({ length: 5 }, (_, n) => `meanwhile ${n}`)]),
      )
    } finally {
      await first.end('SIGKILL')
    }
  },
)
