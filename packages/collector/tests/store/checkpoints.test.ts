import { mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { smallDisk } from '../../../../tests/support/small-disk.ts'
import { Checkpoints } from '../../src/store/checkpoints/checkpoints.ts'
import { openSqlite } from '../../src/store/writer/connection.ts'

const MB = 1_000_000

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pumphandle-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A database that never moves its log by itself. */
function database(file: string) {
  const db = new SQLite(file)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = OFF')
  db.pragma('wal_autocheckpoint = 0')
  db.exec('create table t (b blob)')
  const insert = db.prepare('insert into t values (zeroblob(?))')
  return { db, write: (megabytes: number) => void Array.from({ length: megabytes }, () => insert.run(MB)) }
}

test('a long log is moved by the thread, and begins anew with the next write', async () => {
  const file = join(folder, 'fleet.db')
  const { db, write } = database(file)
  let held = (): void => undefined
  const done = new Promise<void>((resolve) => (held = resolve))
  const checkpoints = new Checkpoints({
    file,
    holdWriter: async (run) => {
      await run()
      held()
    },
    onError: (error) => {
      throw error
    },
  })
  write(140)
  checkpoints.committed()
  await done
  const { size } = statSync(`${file}-wal`)
  write(1)
  expect(statSync(`${file}-wal`).size).toBe(size)
  const [log] = db.pragma('wal_checkpoint(PASSIVE)') as { log: number }[]
  expect(log?.log).toBeLessThan(300)
  await checkpoints.close()
  expect(db.prepare('select count(*) as n from t').get()).toEqual({ n: 141 })
  expect(db.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }])
  db.close()
})

test('a small log starts no thread, and there is nothing to end', async () => {
  const file = join(folder, 'small.db')
  const { db, write } = database(file)
  const errors: Error[] = []
  const checkpoints = new Checkpoints({ file, holdWriter: (run) => run(), onError: (error) => void errors.push(error) })
  write(1)
  checkpoints.committed()
  await checkpoints.close()
  expect(db.pragma('wal_checkpoint(PASSIVE)')).toMatchObject([{ busy: 0 }])
  expect(errors).toEqual([])
  db.close()
})

test('a thread that fails is told of, and keeps nobody waiting', async () => {
  const file = join(folder, 'no-database')
  mkdirSync(file)
  writeFileSync(`${file}-wal`, Buffer.alloc(9 * MB))
  const told = await new Promise<Error>((onError) => {
    const checkpoints = new Checkpoints({ file, holdWriter: (run) => run(), onError })
    checkpoints.committed()
    void checkpoints.close()
  })
  expect(told.message).toContain('unable to open database file')
})

test('a thread that failed is begun anew when the disk is full', async () => {
  const file = join(folder, 'fleet.db')
  const { db, write } = database(file)
  write(12)
  // a disk that gives nothing back
  renameSync(file, `${file}.away`)
  mkdirSync(file)
  const errors: Error[] = []
  const checkpoints = new Checkpoints({ file, holdWriter: (run) => run(), onError: (error) => void errors.push(error) })
  await expect(checkpoints.giveRoomBack()).rejects.toThrow('unable to open database file')
  rmdirSync(file)
  renameSync(`${file}.away`, file)
  await checkpoints.giveRoomBack()
  expect(errors.map((error) => error.message)).toEqual(['unable to open database file'])
  const [moved] = db.pragma('wal_checkpoint(PASSIVE)') as { log: number; checkpointed: number }[]
  expect(moved?.checkpointed).toBe(moved?.log)
  await checkpoints.close()
  db.close()
})

const disk = smallDisk(48)
afterAll(() => disk?.remove())

test.skipIf(!disk)(
  'where no thread moves the log of a small disk, its writer does, before the log has taken all',
  () => {
    const file = join(disk?.folder ?? folder, 'fleet.db')
    const db = openSqlite(file, 'writer')
    db.prepare('create table t (id integer primary key, b blob)').run()
    // what is written again and again takes no more room of the database
    for (let n = 0; n < 60; n++) db.prepare('insert or replace into t values (1, zeroblob(?))').run(MB)
    expect(statSync(`${file}-wal`).size).toBeLessThan(20 * MB)
    db.close()
  },
)
