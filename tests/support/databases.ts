import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

/** An empty database of one kind, and how to be rid of it. */
export interface TestDatabase {
  /** As PUMPHANDLE_DATABASE takes it. */
  readonly address: string
  /** A folder for everything else, and for SQLite's file. */
  readonly dataDir: string
  drop(): Promise<void>
}

export const DATABASE_KINDS = ['sqlite', 'postgres'] as const

/** @param pgUrl of the server that tests/support/pg-global.ts started: `inject('pgUrl')` */
export async function emptyDatabase(kind: (typeof DATABASE_KINDS)[number], pgUrl: string): Promise<TestDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pumphandle-test-'))
  const remove = (): void => rmSync(dataDir, { recursive: true, force: true })
  if (kind === 'sqlite') return { address: join(dataDir, 'test.db'), dataDir, drop: async () => remove() }
  const name = `t${randomUUID().replaceAll('-', '')}`
  await run(pgUrl, `CREATE DATABASE ${name}`)
  const url = new URL(pgUrl)
  url.pathname = `/${name}`
  return {
    address: url.href,
    dataDir,
    async drop() {
      await run(pgUrl, `DROP DATABASE ${name} WITH (FORCE)`)
      remove()
    },
  }
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
