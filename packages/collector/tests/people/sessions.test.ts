import { DAY } from '@pumphandle/shared/time'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  actorOfSession,
  actorOfToken,
  firstAdminLink,
  invite,
  newApiToken,
  Passwords,
  redeem,
  SESSION_MAX_MS,
  signIn,
  startSession,
} from '../../src/people/index.ts'
import { SESSION_IDLE_MS } from '../../src/people/sessions.ts'
import type { Store } from '../../src/store/index.ts'
import { changeUser, userByEmail } from '../../src/store/users.ts'
import { StillClock, tempStore } from '../serve/support/temp-store.ts'

const passwords = new Passwords()
const BEGUN = { means: 'password', address: '192.0.2.7', browser: 'Edge on Windows' } as const
let store: Store
let drop: () => Promise<void>
let clock: StillClock

beforeEach(async () => {
  clock = new StillClock(Date.UTC(2024, 6, 19))
  ;({ store, drop } = await tempStore())
})
afterEach(() => drop())

const secretOf = (link: { path: string } | undefined): string => link?.path.split('#')[1] ?? ''
async function admin(): Promise<number> {
  const token = secretOf(await firstAdminLink(store, clock))
  return (await redeem(store, clock, passwords, { token, name: 'Ada', password: 'a long enough one' })).id
}

describe('the first link', () => {
  test('makes an admin once; then there is none, until nobody can sign in', async () => {
    const token = secretOf(await firstAdminLink(store, clock))
    const user = await redeem(store, clock, passwords, { token, name: 'Ada', password: 'a long enough one' })
    expect(user).toMatchObject({ email: 'admin', role: 'admin' })
    expect(await firstAdminLink(store, clock)).toBeUndefined()
    await changeUser(store.db, user.id, { disabled: 1 })
    expect(await firstAdminLink(store, clock)).toBeDefined()
  })

  test('a newer one ends the one before, and a day ends it too', async () => {
    const old = secretOf(await firstAdminLink(store, clock))
    const token = secretOf(await firstAdminLink(store, clock))
    const given = { name: 'Ada', password: 'a long enough one' }
    await expect(redeem(store, clock, passwords, { ...given, token: old })).rejects.toThrow(
      'used already or has expired',
    )
    clock.time += DAY
    await expect(redeem(store, clock, passwords, { ...given, token })).rejects.toThrow('used already or has expired')
  })

  test('of two who use it in the same moment one wins', async () => {
    const token = secretOf(await firstAdminLink(store, clock))
    const given = { token, name: 'Ada', password: 'a long enough one' }
    const both = await Promise.allSettled([
      redeem(store, clock, passwords, given),
      redeem(store, clock, passwords, given),
    ])
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('sessions', () => {
  test('end when unused for long, and at last however much they are used', async () => {
    const id = await admin()
    const unused = await startSession(store, clock, id, BEGUN)
    expect(await actorOfSession(store, clock, unused, 'nobody')).toMatchObject({ kind: 'user', role: 'admin' })
    clock.time += SESSION_IDLE_MS
    expect(await actorOfSession(store, clock, unused, 'nobody')).toBeUndefined()
    const used = await startSession(store, clock, id, BEGUN)
    const end = clock.time + SESSION_MAX_MS
    for (; clock.time < end; clock.time += SESSION_IDLE_MS / 2) {
      expect(await actorOfSession(store, clock, used, 'nobody')).toBeDefined()
      await store.settled()
    }
    expect(await actorOfSession(store, clock, used, 'nobody')).toBeUndefined()
  })

  test('are kept as hashes only', async () => {
    const secret = await startSession(store, clock, await admin(), BEGUN)
    const rows = await store.reader.selectFrom('session').selectAll().execute()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(secret)
  })

  test('a new password signs everybody out who had the old one', async () => {
    const id = await admin()
    const secret = await startSession(store, clock, id, BEGUN)
    const link = await invite(store, clock, 'admin', 'admin')
    await redeem(store, clock, passwords, { token: secretOf(link), name: 'Ada', password: 'another long one' })
    expect(await actorOfSession(store, clock, secret, 'nobody')).toBeUndefined()
    await expect(signIn(store, passwords, 'admin', 'a long enough one')).rejects.toThrow('wrong')
    expect(await signIn(store, passwords, ' ADMIN ', 'another long one')).toMatchObject({ id })
  })
})

test('passwords are kept as argon2id with at least 19 MiB', async () => {
  await admin()
  const hash = (await userByEmail(store.reader, 'admin'))?.password_hash ?? ''
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('who is unknown and who has no password yet cost a hash too, and do not get in', async () => {
  await invite(store, clock, 'new@example.nhs.uk', 'viewer')
  let hashed = 0
  const counting = new (class extends Passwords {
    override matches(password: string, stored: string | null): Promise<boolean> {
      hashed++
      return super.matches(password, stored)
    }
  })()
  for (const email of ['nobody@example.nhs.uk', 'new@example.nhs.uk'])
    await expect(signIn(store, counting, email, 'nobody has this password')).rejects.toMatchObject({
      kind: 'not-signed-in',
    })
  expect(hashed).toBe(2)
})

test('a token expires, and is kept as its hash', async () => {
  const { secret } = await newApiToken(store, clock, { name: 'x', scope: 'read', days: 1, createdBy: 'Ada' })
  expect(await actorOfToken(store, clock, secret)).toMatchObject({ kind: 'token', role: 'viewer' })
  expect(JSON.stringify(await store.reader.selectFrom('api_token').selectAll().execute())).not.toContain(secret)
  clock.time += DAY
  expect(await actorOfToken(store, clock, secret)).toBeUndefined()
})
