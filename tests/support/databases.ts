import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@pumphandle/collector/store'
import pg from 'pg'

/** A database of one kind, and how to be rid of it. */
export interface TestDatabase {
  /** As PUMPHANDLE_DATABASE takes it. */
  readonly address: string
  /** A folder for everything else, and for SQLite's file. */
  readonly dataDir: string
  drop(): Promise<void>
}

export const DATABASE_KINDS = ['sqlite', 'postgres'] as const
type Kind = (typeof DATABASE_KINDS)[number]

/** On the server that tests share: what {@link emptyDatabase} copies. */
const TEMPLATE = 'pumphandle_empty'

/**
 * A database of today's schema without a row. It is a copy: to migrate one takes a second of PostgreSQL, and a tenth of
 * SQLite.
 * @param pgUrl of the server that tests/support/pg-global.ts started: `inject('pgUrl')`
 */
export async function emptyDatabase(kind: Kind, pgUrl: string): Promise<TestDatabase> {
  if (kind === 'postgres') return postgresDatabase(pgUrl, `TEMPLATE ${TEMPLATE}`)
  const database = sqliteDatabase()
  copyFileSync(await emptyFile(), database.address)
  return database
}

/** A database that nothing was done with, for those who migrate it. @param pgUrl as for {@link emptyDatabase} */
export async function bareDatabase(kind: Kind, pgUrl: string): Promise<TestDatabase> {
  return kind === 'sqlite' ? sqliteDatabase() : postgresDatabase(pgUrl)
}

/** Makes what {@link emptyDatabase} copies on a server, once. */
export async function makeTemplate(pgUrl: string): Promise<void> {
  await run(pgUrl, `CREATE DATABASE ${TEMPLATE}`)
  await (await openStore({ kind: 'postgres', url: onServer(pgUrl, TEMPLATE) })).close()
}

let emptyFileMade: Promise<string> | undefined
/** What {@link emptyDatabase} copies in this process. */
function emptyFile(): Promise<string> {
  return (emptyFileMade ??= makeEmptyFile())
}

async function makeEmptyFile(): Promise<string> {
  const { address, dataDir } = sqliteDatabase()
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }))
  await (await openStore({ kind: 'sqlite', file: address })).close()
  return address
}

function newFolder(): { dataDir: string; remove: () => void } {
  const dataDir = mkdtempSync(join(tmpdir(), 'pumphandle-test-'))
  return { dataDir, remove: () => rmSync(dataDir, { recursive: true, force: true }) }
}

function sqliteDatabase(): TestDatabase {
  const { dataDir, remove } = newFolder()
  return { address: join(dataDir, 'test.db'), dataDir, drop: async () => remove() }
}

async function postgresDatabase(pgUrl: string, how = ''): Promise<TestDatabase> {
  const { dataDir, remove } = newFolder()
  const name = `t${randomUUID().replaceAll('-', '')}`
  await run(pgUrl, `CREATE DATABASE ${name} ${how}`)
  return {
    address: onServer(pgUrl, name),
    dataDir,
    async drop() {
      await run(pgUrl, `DROP DATABASE ${name} WITH (FORCE)`)
      remove()
    },
  }
}

function onServer(pgUrl: string, name: string): string {
  const url = new URL(pgUrl)
  url.pathname = `/${name}`
  return url.href
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
