/**
 * `node scripts/release/database.ts`: the database of the newest released version, brought up to date as this version does it, into
 * tests/fixtures/released under this version's name. For a release that changed the tables.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { openStore } from '@pumphandle/collector/store'
import { VERSION } from '@pumphandle/shared/version'
import { compareVersions } from '@pumphandle/shared/versions'

const folder = fileURLToPath(new URL('../../tests/fixtures/released', import.meta.url))
const before = readdirSync(folder)
  .filter((file) => file.endsWith('.db.gz') && file !== `${VERSION}.db.gz`)
  .sort((a, b) => compareVersions(a.replace('.db.gz', ''), b.replace('.db.gz', '')))
  .at(-1)
if (before === undefined) throw new Error(`There is no released database in ${folder}.`)
const scratch = mkdtempSync(join(tmpdir(), 'pumphandle-released-'))
const file = join(scratch, 'pumphandle.db')
writeFileSync(file, gunzipSync(readFileSync(join(folder, before))))
const store = await openStore({ kind: 'sqlite', file })
await store.close()
const whole = new DatabaseSync(file)
whole.exec('pragma wal_checkpoint(truncate); vacuum')
whole.close()
writeFileSync(join(folder, `${VERSION}.db.gz`), gzipSync(readFileSync(file), { level: 9 }))
rmSync(scratch, { recursive: true })
console.log(`${VERSION}.db.gz, from ${before}`)
