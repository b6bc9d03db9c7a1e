import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { runCli } from '@pumphandle/cli'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { openStore, type Store } from '@pumphandle/collector/store'
import { type Client, createClient } from '@pumphandle/shared/client'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { DATABASE_KINDS, emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { browserFetch, firstAdmin, PASSWORD, withToken } from '../support/signed-in.ts'
import { enrol } from '../support/wire-client.ts'

describe.each(DATABASE_KINDS)('the audit log on %s', (kind) => {
  let database: TestDatabase
  let collector: Collector
  let admin: Client

  const start = (env: Record<string, string> = {}) =>
    startCollector(
      readConfig({
        PUMPHANDLE_PORT: '0',
        PUMPHANDLE_DATA: database.dataDir,
        PUMPHANDLE_DATABASE: database.address,
        PUMPHANDLE_LOG_LEVEL: 'silent',
        ...env,
      }),
    )
  beforeEach(async () => {
    database = await emptyDatabase(kind, inject('pgUrl'))
    collector = await start()
    admin = await firstAdmin(collector)
  })
  afterEach(async () => {
    await collector.close()
    await database.drop()
  })

  const cli = async (...argv: string[]) => {
    const [out, err] = [new Captured(), new Captured()]
    const settings = { url: '', token: undefined, env: { PUMPHANDLE_DATABASE: database.address }, width: 120 }
    const code = await runCli(argv, { settings, out, err })
    return { code, out: out.text, err: err.text }
  }
  const lines = async () => (await admin.call('audit', { query: { limit: 500 } })).items.toReversed()
  const said = async () => (await lines()).map(({ action, subject }) => `${action} ${subject}`)

  test('says who signed in, who did not, who opened, exported and was refused what', async () => {
    const { secret } = await admin.call('enrolmentTokenAdd', { body: { name: 'e', anySite: true } })
    const { machine: machineId } = await enrol(collector.url, secret, { computerName: 'PC-1' })
    for (let i = 0; i < 3; i++) await admin.call('machine', { path: { id: machineId } })
    for (let i = 0; i < 2; i++) await (await admin.open('machinesCsv', { query: { q: 'name:PC-1' } })).text()
    const wrong = createClient({ url: collector.url }).call('signIn', {
      body: { email: 'eve@example.org', password: 'x' },
    })
    await expect(wrong).rejects.toMatchObject({ problem: { status: 401 } })
    const ada = createClient({ url: collector.url, fetch: browserFetch(collector.url) })
    await ada.call('signIn', { body: { email: 'ada@example.nhs.uk', password: PASSWORD } })
    const viewer = await withToken(admin, collector.url, 'read')
    for (let i = 0; i < 2; i++) await expect(viewer.call('users')).rejects.toMatchObject({ problem: { status: 403 } })
    expect(await said()).toEqual([
      'redeem ada@example.nhs.uk',
      'enrolmentTokenAdd e',
      `machine PC-1 (${machineId})`,
      'machinesCsv name:PC-1',
      'machinesCsv name:PC-1',
      'signInFailed eve@example.org',
      'signIn ada@example.nhs.uk',
      'tokenAdd test read',
      'refused users',
    ])
    const who = Object.fromEntries((await lines()).map(({ action, actor }) => [action, actor]))
    expect(who).toMatchObject({ machinesCsv: 'Ada <ada@example.nhs.uk>', refused: 'token test read (1)' })
  })

  test('lines written at once are linked one after the other, and an export can be verified by itself', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        admin.call('runbookPut', {
          path: { id: `r-${i}` },
          body: { title: `R \u{1f4a5} ${i}`, markdown: '# x', matches: [] },
        }),
      ),
    )
    const all = await lines()
    expect(all.map(({ id }) => id)).toEqual(all.map((_, i) => i + 1))
    const file = join(database.dataDir, 'audit.ndjson')
    const text = await (await admin.open('auditNdjson', { query: { after: 5 } })).text()
    writeFileSync(file, text)
    expect(await cli('audit', 'verify', '--file', file)).toMatchObject({
      code: 0,
      out: expect.stringContaining('17 lines are whole'),
    })
    const [first = '', ...rest] = text.split('\n')
    writeFileSync(file, [first, ...rest].join('\n').replaceAll('"r-3"', '"q-3"').replaceAll('"r-12"', '"q-12"'))
    expect(await cli('audit', 'verify', '--file', file)).toMatchObject({ code: 1 })
    // what the first line is linked to has to be told
    writeFileSync(file, [first.replace('Ada', 'Eve'), ...rest].join('\n'))
    const fifth = `5:${all[4]?.hash ?? ''}`
    expect(await cli('audit', 'verify', '--file', file, '--expect', fifth)).toMatchObject({ code: 1 })
    writeFileSync(file, text)
    expect(await cli('audit', 'verify', '--file', file, '--expect', fifth)).toMatchObject({ code: 0 })
  })

  test('the database itself refuses to change or remove a line, and the command finds what was done all the same', async () => {
    await admin.call('runbookPut', { path: { id: 'a' }, body: { title: 'A', markdown: '#', matches: [] } })
    await admin.call('runbookPut', { path: { id: 'b' }, body: { title: 'B', markdown: '#', matches: [] } })
    const verify = (...more: string[]) => cli('audit', 'verify', '--data', database.dataDir, ...more)
    const whole = await verify()
    expect(whole).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^3 lines are whole\. The last is 3:[0-9a-f]{64}\n$/),
    })
    const end = whole.out.trim().split(' ').at(-1) ?? ''
    const store = await openStore(
      kind === 'sqlite' ? { kind, file: database.address } : { kind, url: database.address },
    )
    try {
      await expect(sql`UPDATE audit SET actor = 'Eve' WHERE id = 2`.execute(store.db)).rejects.toThrow('append only')
      await expect(sql`DELETE FROM audit WHERE id = 2`.execute(store.db)).rejects.toThrow('append only')
      await unguard(store, kind)
      await sql`UPDATE audit SET actor = 'Eve' WHERE id = 2`.execute(store.db)
      expect(await verify()).toMatchObject({ code: 1, err: expect.stringContaining('Line 2 does not follow') })
      await sql`DELETE FROM audit WHERE id = 2`.execute(store.db)
      expect(await verify()).toMatchObject({ code: 1, err: expect.stringContaining('Line 3 does not follow') })
      await sql`DELETE FROM audit WHERE id > 1`.execute(store.db)
      expect(await verify()).toMatchObject({ code: 1, err: expect.stringContaining('up to 3, are gone') })
      // whoever makes all of it anew is found by what was written down elsewhere
      await sql`UPDATE audit_chain SET last_id = 1, last_hash = (SELECT hash FROM audit WHERE id = 1)`.execute(store.db)
      expect(await verify()).toMatchObject({ code: 0 })
      expect(await verify('--expect', end)).toMatchObject({ code: 1, err: expect.stringContaining('made anew') })
      // lines that are linked to nothing, behind the end and before the beginning
      for (const id of [2, 0]) {
        await sql`INSERT INTO audit (id, at, actor, action, subject, detail, hash)
          VALUES (${id}, 1, 'Ada', 'signIn', 'ada', '', ${'0'.repeat(64)})`.execute(store.db)
        expect(await verify()).toMatchObject({ code: 1, err: expect.stringContaining(`Line ${id} stands outside`) })
        await sql`DELETE FROM audit WHERE id = ${id}`.execute(store.db)
      }
      expect(await verify()).toMatchObject({ code: 0 })
    } finally {
      await store.close()
    }
  })

  test('each line reaches the SIEM in order, also those of a time when it was away', async () => {
    await collector.close()
    const siem = new Siem()
    const port = await siem.listen()
    siem.close()
    collector = await start({ PUMPHANDLE_AUDIT_SYSLOG: `syslog+tcp://127.0.0.1:${port}` })
    // a name that tries to end the message and begin another
    const body = { title: 'x', markdown: '#', matches: [] }
    const ada = createClient({ url: collector.url, fetch: browserFetch(collector.url) })
    await ada.call('signIn', { body: { email: 'ada@example.nhs.uk', password: PASSWORD } })
    admin = ada
    await ada.call('runbookPut', { path: { id: 'a' }, body: { ...body, title: 'x"]\n<0>1 fake' } })
    await siem.listen(port)
    await eventually(() => {
      const ids = siem.messages.map((message) => / id="(\d+)"/.exec(message)?.[1])
      expect([...new Set(ids)]).toEqual(['1', '2', '3'])
    })
    siem.close()
    const last = siem.messages.at(-1) ?? ''
    expect(last).toMatch(/^<109>1 \d{4}-\d\d-\d\dT[\d:.]+Z \S+ pumphandle - audit \[pumphandle@32473 id="3" /)
    expect(last).toContain(String.raw`detail="x\"\] <0>1 fake"`)
    expect(last).not.toContain('\n')
  })
})

/** What a database's owner can do. */
async function unguard(store: Store, kind: 'sqlite' | 'postgres'): Promise<void> {
  if (kind === 'postgres') return void (await sql`DROP TRIGGER audit_guard ON audit`.execute(store.db))
  await sql`DROP TRIGGER audit_unchanged`.execute(store.db)
  await sql`DROP TRIGGER audit_kept`.execute(store.db)
}

/** Takes octet-counted messages, as rsyslog does. */
class Siem {
  readonly messages: string[] = []
  #server: Server | undefined

  async listen(port = 0): Promise<number> {
    const server = createServer((socket) => {
      let waiting = Buffer.alloc(0)
      socket.on('data', (chunk) => {
        waiting = Buffer.concat([waiting, chunk])
        for (;;) {
          const space = waiting.indexOf(' ')
          const length = Number(waiting.subarray(0, space))
          if (space < 0 || waiting.length < space + 1 + length) return
          this.messages.push(waiting.subarray(space + 1, space + 1 + length).toString())
          waiting = waiting.subarray(space + 1 + length)
        }
      })
    })
    this.#server = server
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  close(): void {
    this.#server?.close()
  }
}

class Captured extends Writable {
  text = ''
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}
