import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { runCli } from '@pumphandle/cli'
import { backUp } from '@pumphandle/collector/copies'
import type { AgentEvent } from '@pumphandle/shared/wire'
import SQLite from 'better-sqlite3'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { collectorOn } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { firstAdmin } from '../support/signed-in.ts'
import { enrol, WireClient } from '../support/wire-client.ts'

let database: TestDatabase
let folder: string
beforeEach(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  folder = mkdtempSync(join(tmpdir(), 'pumphandle-backup-'))
})
afterEach(async () => {
  await database.drop()
  rmSync(folder, { recursive: true, force: true })
})

const crash = (id: string): AgentEvent => ({ id, at: Date.now(), type: 'crash', kind: 'bugcheck', stopCode: '0x50' })
const count = (file: string, table = 'event'): number => {
  const db = new SQLite(file, { readonly: true })
  const n = db.prepare(`select count(*) from ${table}`).pluck().get() as number
  db.close()
  return n
}

async function pumphandle(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err] = [new PassThrough(), new PassThrough()]
  const said = Promise.all([text(out), text(err)])
  const env = { PUMPHANDLE_DATA: database.dataDir, PUMPHANDLE_DATABASE: database.address }
  const code = await runCli(args, { settings: { url: '', token: undefined, env, width: 100 }, out, err })
  out.end()
  err.end()
  const [saidOut, saidErr] = await said
  return { code, out: saidOut, err: saidErr }
}

test('a backup under load is whole and restores everything that was acknowledged before it began', async () => {
  const collector = await collectorOn(database)
  const { secret } = await collector.context.enrolment.createToken({
    name: 't',
    site: 'A81001',
    days: 1,
    maxUses: null,
    createdBy: 't',
  })
  const client = await WireClient.connect(collector.url, await enrol(collector.url, secret))
  await firstAdmin(collector)
  let sent = 0
  let going = true
  const load = (async () => {
    for (let batch = 1; going; batch++) {
      const events = Array.from({ length: 20 }, () => crash(`e-${sent++}`))
      await client.deliver(batch, events)
    }
  })()
  await eventually(() => expect(sent).toBeGreaterThan(200))
  const before = sent - 20
  const copy = join(folder, 'copy.db')
  expect(await pumphandle('backup', copy)).toMatchObject({ code: 0, err: '', out: expect.stringContaining('verified') })
  expect(statSync(copy).mode & 0o777).toBe(0o600)
  const copied = count(copy)
  expect(copied).toBeGreaterThanOrEqual(before)
  await eventually(() => expect(sent).toBeGreaterThan(copied + 100))

  // never over a collector that runs
  expect(await pumphandle('restore', copy)).toMatchObject({
    code: 1,
    err: expect.stringContaining('stop the collector first'),
  })
  going = false
  await load
  await client.close()
  await collector.close()
  const restored = await pumphandle('restore', copy)
  expect(restored).toMatchObject({ code: 0, out: expect.stringContaining('What was there is in') })
  expect(count(database.address)).toBe(copied)
  // a session may have been ended since, and nobody could know
  expect([copy, database.address].map((file) => count(file, 'session'))).toEqual([1, 0])
  // the audit log says that it went back, and is whole
  expect(count(database.address, 'audit')).toBe(count(copy, 'audit') + 1)
  const verified = await pumphandle('audit', 'verify', '--data', database.dataDir)
  expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('are whole') })
  const kept = readdirSync(database.dataDir).filter((name) => name.includes('.before-'))
  expect(kept.map((name) => count(join(database.dataDir, name)))).toEqual([sent])
  const again = await collectorOn(database)
  expect(again.context.fleet.size).toBe(1)
  await again.close()
})

test('what is no sound database is not restored, and changes nothing', async () => {
  await (await collectorOn(database)).close()
  const before = statSync(database.address).mtimeMs
  const copy = join(folder, 'copy.db')
  await backUp(database.address, copy)
  const open = openSync(copy, 'r+')
  writeSync(open, Buffer.alloc(4096 * 4), 0, 4096 * 4, 4096)
  expect(await pumphandle('restore', copy)).toMatchObject({
    code: 1,
    err: expect.stringContaining('nothing was changed'),
  })
  expect(statSync(database.address).mtimeMs).toBe(before)
})

test('what can be read of a damaged database is saved, and its gaps are said', async () => {
  const collector = await collectorOn(database)
  const { secret } = await collector.context.enrolment.createToken({
    name: 't',
    site: 'A81001',
    days: 1,
    maxUses: null,
    createdBy: 't',
  })
  const client = await WireClient.connect(collector.url, await enrol(collector.url, secret))
  for (let batch = 1; batch <= 20; batch++)
    await client.deliver(
      batch,
      Array.from({ length: 100 }, (_, i) => crash(`e-${batch}-${i}`)),
    )
  await client.close()
  await collector.close()
  // some pages in the middle of the file, which are of the events
  const size = statSync(database.address).size
  const open = openSync(database.address, 'r+')
  for (const at of [0.5, 0.6]) writeSync(open, Buffer.alloc(4096), 0, 4096, Math.floor((size * at) / 4096) * 4096)
  // and an entry of the schema, without which SQLite reads nothing at all
  const [bytes, entry] = [readFileSync(database.address), 'sqlite_autoindex_machine_1']
  for (let at = bytes.indexOf(entry); at >= 0; at = bytes.indexOf(entry, at + 1))
    writeSync(open, '#', at + entry.length - 3)
  closeSync(open)
  const saved = join(folder, 'saved.db')
  const { code, out } = await pumphandle('recover', database.address, saved)
  expect(code).toBe(0)
  expect(out).toMatch(/event +\d+ +\d+/)
  expect(count(saved)).toBeGreaterThan(1_000)
  expect(count(saved, 'machine')).toBe(1)
  expect(await pumphandle('restore', saved)).toMatchObject({ code: 0 })
  const again = await collectorOn(database)
  expect(again.context.fleet.size).toBe(1)
  await again.close()
  // what has no row left is said, and no empty database is made of it
  const [none, nothing] = [join(folder, 'none.db'), join(folder, 'nothing.db')]
  writeFileSync(none, Buffer.alloc(20_000, 'no database'))
  expect(await pumphandle('recover', none, nothing)).toMatchObject({
    code: 1,
    err: expect.stringContaining('no row of it is left. Restore a backup'),
  })
  expect(existsSync(nothing)).toBe(false)
})
