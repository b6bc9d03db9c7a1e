import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { runCli } from '@pumphandle/cli'
import { newApiToken } from '@pumphandle/collector/people'
import { openStore } from '@pumphandle/collector/store'
import { createClient } from '@pumphandle/shared/client'
import { systemClock } from '@pumphandle/shared/clock'
import SQLite from 'better-sqlite3'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { LOCK } from '../../packages/collector/src/store/claims/lock.ts'
import { badDisk } from '../faults/bad-disk.ts'
import { collectorOn } from '../support/collector.ts'
import { runCollector, startCollectorProcess } from '../support/collector-process.ts'
import { cuttableLine } from '../support/cuttable.ts'
import { bareDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { enrol, WireClient } from '../support/wire-client.ts'

describe.each(DATABASE_KINDS)('two collectors on one database, on %s', (kind) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await bareDatabase(kind, inject('pgUrl'))
  })
  afterEach(() => database.drop())

  test.skipIf(kind !== 'postgres')(
    'one that follows a collector whose session the server has not taken back yet waits for that',
    async () => {
      const connected = async (application_name: string) => {
        const client = new pg.Client({ connectionString: database.address, application_name })
        await client.connect()
        return client
      }
      const [before, watcher] = [await connected('collector process 1 on another'), await connected('watcher')]
      await before.query('select pg_advisory_lock($1)', [LOCK])
      const starting = startCollectorProcess({
        PUMPHANDLE_DATA: database.dataDir,
        PUMPHANDLE_DATABASE: database.address,
      })
      await eventually(async () => {
        const { rows } = await watcher.query(
          `select pid from pg_stat_activity where query like '%pg_sleep%' and application_name like 'collector process%'`,
        )
        expect(rows).toHaveLength(1)
      })
      await before.end()
      const next = await starting
      expect(await next.terminate()).toBe(0)
      await watcher.end()
    },
  )

  test('the second is refused, with the process that has it; after a kill the next one starts', async () => {
    const env = { PUMPHANDLE_DATA: database.dataDir, PUMPHANDLE_DATABASE: database.address }
    const first = await startCollectorProcess(env)
    const second = await runCollector(['--port', '0'], env)
    expect(second.code).toBe(1)
    expect(second.stderr).toContain(`is in use by another collector (collector process ${first.pid} on `)
    expect(second.stderr.trim().split('\n')).toHaveLength(1)
    // the command line goes on beside it
    const beside = await openStore(
      kind === 'sqlite' ? { kind, file: database.address } : { kind, url: database.address },
    )
    await beside.close()
    await first.kill()
    const third = await startCollectorProcess(env)
    expect(await third.terminate()).toBe(0)
  })
})

test('a collector that ended over a silent line leaves a session at the server, and the next one starts all the same', async () => {
  const database = await bareDatabase('postgres', inject('pgUrl'))
  const line = await cuttableLine(database.address)
  const env = { PUMPHANDLE_DATA: database.dataDir }
  const far = `postgres://postgres@127.0.0.1:${line.port}${new URL(database.address).pathname}`
  const first = await startCollectorProcess({ ...env, PUMPHANDLE_DATABASE: far })
  line.freeze()
  await first.kill()
  const next = await startCollectorProcess({ ...env, PUMPHANDLE_DATABASE: database.address })
  expect(await next.terminate()).toBe(0)
  line.close()
  await database.drop()
})

describe('a database that is not as it was', () => {
  let database: TestDatabase
  let file: string
  beforeEach(async () => {
    database = await bareDatabase('sqlite', inject('pgUrl'))
    file = database.address
    await (await collectorOn(database)).close()
  })
  afterEach(() => database.drop())

  /** What is in the file; undefined where there is none. */
  const bytes = () => (existsSync(file) && !statSync(file).isDirectory() ? readFileSync(file) : undefined)
  /** Overwrites bytes of the file. */
  function overwrite(from: number, bytes: Buffer): void {
    const open = openSync(file, 'r+')
    writeSync(open, bytes, 0, bytes.length, from)
    closeSync(open)
  }

  const WAYS: readonly (readonly [string, () => void, RegExp])[] = [
    [
      'is gone',
      () => rmSync(file),
      /is gone, though a fleet was kept there: restore a backup with `pumphandle restore`/,
    ],
    ['is empty', () => truncateSync(file), /is an empty file: restore a backup/],
    ['is a text', () => writeFileSync(file, 'hello, I am a text and no database'), /is no database of Pumphandle/],
    [
      'is a folder',
      () => {
        rmSync(file)
        mkdirSync(file)
      },
      /is a folder; set PUMPHANDLE_DATABASE/,
    ],
    [
      'was cut by a third',
      () => truncateSync(file, Math.floor((statSync(file).size * 2) / 3)),
      /is damaged \(.*pumphandle recover/,
    ],
    ['has pages of zeros', () => overwrite(4096, Buffer.alloc(20 * 4096)), /is damaged \(.*pumphandle recover/],
    [
      'was made by a newer version',
      () => {
        const db = new SQLite(file)
        db.exec(`insert into kysely_migration values ('0999-future', '2030-01-01')`)
        db.exec(`update snapshot set body = '{"version":"9.9.0"}' where name = 'program'`)
        db.close()
      },
      /was made by a newer version of Pumphandle \(it has 0999-future\); install Pumphandle 9\.9\.0 or newer/,
    ],
  ]

  test.each(WAYS)('%s: says so in a sentence with a way back, and changes nothing', async (_what, spoil, says) => {
    spoil()
    const before = bytes()
    const error = await collectorOn(database).then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    )
    expect(error?.name).toBe('StartError')
    expect(error?.message).toMatch(says)
    // the command line, which is what people try next, says the same
    const said = new PassThrough({ encoding: 'utf8' })
    const settings = { url: '', token: undefined, width: 80, env: { PUMPHANDLE_DATABASE: file } }
    const argv = ['tokens', 'add', 'x', '--data', database.dataDir]
    expect(await runCli(argv, { settings, out: said, err: said })).not.toBe(0)
    expect(String(said.read())).toMatch(before || existsSync(file) ? says : /There is no collector's database/)
    expect(bytes()).toEqual(before)
  })

  test('its files are for this user only', () => {
    for (const name of readdirSync(database.dataDir))
      expect([name, (statSync(join(database.dataDir, name)).mode & 0o077).toString(8)]).toEqual([name, '0'])
  })
})

describe('a database file that is deleted while it is used', () => {
  test('takes nothing that is acknowledged with it: it is said, nothing more is acked, and what it held is saved', async () => {
    const database = await bareDatabase('sqlite', inject('pgUrl'))
    const collector = await collectorOn(database)
    const { secret } = await collector.context.enrolment.createToken({
      name: 't',
      site: 'A81001',
      days: 1,
      maxUses: null,
      createdBy: 't',
    })
    const client = await WireClient.connect(collector.url, await enrol(collector.url, secret))
    let sent = 0
    const send = () => {
      sent++
      client.sendEvents(sent, [{ id: `e-${sent}`, at: Date.now(), type: 'crash', kind: 'bugcheck', stopCode: '0x50' }])
    }
    const acked = () => client.frames.filter((f) => f.type === 'ack').length
    send()
    await client.until(() => acked() === 1)
    for (const end of ['', '-wal', '-shm']) rmSync(database.address + end, { force: true })
    await eventually(async () => {
      if (acked() === sent) send()
      expect((await fetch(`${collector.url}/readyz`)).status).toBe(503)
    })
    expect(await (await fetch(`${collector.url}/readyz`)).text()).toContain('store-gone')
    const promised = acked()
    await collector.close()
    const [rescued] = readdirSync(database.dataDir).filter((name) => name.includes('.rescued-'))
    // Windows has other rights
    const mode = process.platform === 'win32' ? 0o600 : statSync(join(database.dataDir, rescued ?? 'none')).mode
    expect(mode & 0o777).toBe(0o600)
    const db = new SQLite(join(database.dataDir, rescued ?? 'none'), { readonly: true })
    expect(db.prepare('select count(*) from event').pluck().get()).toBeGreaterThanOrEqual(promised)
    db.close()
    await database.drop()
  })
})

describe('what is read of a database and makes no sense', () => {
  /** Of a fleet's collector, by a token. */
  const problems = async (url: string, token: string) => {
    const response = await fetch(`${url}/api/v1/health`, { headers: { authorization: `Bearer ${token}` } })
    const { problems: said } = (await response.json()) as { problems?: { code: string }[] }
    return said?.map(({ code }) => code)
  }
  let database: TestDatabase
  let token: string
  beforeEach(async () => {
    database = await bareDatabase('sqlite', inject('pgUrl'))
    const collector = await collectorOn(database)
    const { store } = collector.context
    token = (await newApiToken(store, systemClock, { name: 'x', scope: 'read', days: 1, createdBy: 't' })).secret
    await collector.close()
  })
  afterEach(() => database.drop())

  // elsewhere SQLite says what it is
  const canBreak = process.platform === 'linux'
  test.skipIf(!canBreak)('is no damage where it is the disk that gave nothing back', async () => {
    const disk = badDisk(database.dataDir)
    const env = { ...disk?.env, PUMPHANDLE_DATA: database.dataDir, PUMPHANDLE_DATABASE: database.address }
    const collector = await startCollectorProcess(env)
    // its pages come after its machines
    await eventually(async () => expect(await problems(collector.url, token)).toEqual([]))
    disk?.is('unread')
    // what is in memory is shown meanwhile
    await eventually(async () => expect(await problems(collector.url, token)).toContain('store-unread'))
    await eventually(async () => expect((await fetch(`${collector.url}/readyz`)).status).toBe(503))
    disk?.is('well')
    await eventually(async () => expect(await problems(collector.url, token)).toEqual([]))
    expect((await fetch(`${collector.url}/readyz`)).status).toBe(200)
    expect(await collector.terminate()).toBe(0)
  })

  test('is damage where the disk gives all of it back', async () => {
    const db = new SQLite(database.address)
    const page = db.prepare("select rootpage from sqlite_master where name = 'crash'").pluck().get() as number
    const size = db.pragma('page_size', { simple: true }) as number
    db.close()
    const file = openSync(database.address, 'r+')
    writeSync(file, Buffer.alloc(200, 0xff), 0, 200, (page - 1) * size)
    closeSync(file)
    const collector = await collectorOn(database)
    const { reader } = collector.context.store
    await expect(reader.selectFrom('crash').selectAll().execute()).rejects.toThrow('malformed')
    await eventually(async () => expect(await problems(collector.url, token)).toEqual(['store-damaged']))
    // what is sound is used all the same
    expect((await fetch(`${collector.url}/readyz`)).status).toBe(200)
    await collector.close()
  })
})

test('a write that is cut off by a kill leaves a line in the audit log, and is never carried out twice', async () => {
  const database = await bareDatabase('sqlite', inject('pgUrl'))
  let collector = await collectorOn(database)
  const { secret } = await newApiToken(collector.context.store, systemClock, {
    name: 'x',
    scope: 'admin',
    days: 1,
    createdBy: 't',
  })
  const put = { path: { id: 'r' }, body: { title: 'R', markdown: '# x', matches: [] }, idempotencyKey: 'k-1' }
  await createClient({ url: collector.url, token: secret }).call('runbookPut', put)
  // as a kill leaves it: begun, and not answered
  const { db } = collector.context.store
  const line = { actor: 'x', action: 'runbookPut', subject: 'r', detail: '' }
  await db
    .updateTable('idempotency')
    .set({ status: 0, body: JSON.stringify(line) })
    .execute()
  await collector.close()
  collector = await collectorOn(database)
  const client = createClient({ url: collector.url, token: secret })
  const audit = await collector.context.store.reader.selectFrom('audit').select(['action', 'detail']).execute()
  expect(audit.slice(1)).toEqual([{ action: 'runbookPut', detail: expect.stringContaining('cut off') }])
  await expect(client.call('runbookPut', put)).rejects.toThrow('Look whether it took effect')
  await collector.close()
  await database.drop()
})
