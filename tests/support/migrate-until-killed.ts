/**
 * A process of its own that brings a database up to date and is killed in the middle of one migration:
 *
 *   node migrate-until-killed.ts ADDRESS MIGRATION
 *
 * It dies by SIGKILL once that migration's statements have run, before anything is committed.
 */
import { flushCompileCache } from 'node:module'
import { type Dialect, Kysely } from 'kysely'
import { migrate } from '../../packages/collector/src/store/migrate.ts'
import { Connections, postgresDialect } from '../../packages/collector/src/store/postgres.ts'
import { sqliteDialect } from '../../packages/collector/src/store/sqlite.ts'

// who is killed leaves nothing to the next one by itself
flushCompileCache()
const [address = '', fatal = ''] = process.argv.slice(2)
const isServer = address.startsWith('postgres')
const failed = () => undefined
const dialect: Dialect = isServer
  ? postgresDialect(new Connections(address, { connections: 1, failed }), failed)
  : sqliteDialect(address, 'writer', failed)
const db = new Kysely({
  dialect,
  log({ query }) {
    if (query.sql.startsWith('insert into "kysely_migration"') && query.parameters.includes(fatal))
      process.kill(process.pid, 'SIGKILL')
  },
})
await migrate(db, isServer ? 'postgres' : 'sqlite')
console.log(`The migration ${fatal} was never reached.`)
process.exit(1)
