import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { cuttableLine } from './cuttable.ts'
import { freePort } from './free-port.ts'
import { NOBODY, programs, wrap } from './postgres.ts'

/** A PostgreSQL primary with a synchronous standby, on this computer. */
export interface PostgresPair {
  /** Address of each server, `postgres://postgres@127.0.0.1:port/postgres`: the primary of the start comes first. */
  readonly servers: readonly [string, string]
  /** The primary is gone, as its computer; the standby is made the primary, as Patroni would. */
  failOver(): Promise<void>
  /** The same, of a primary that nobody reaches any more and that does not know it. */
  promote(): Promise<void>
  /** The standby's line to the primary is cut, or falls silent; whoever commits waits. The answer mends it. */
  cutStandby(isSilent: boolean): () => void
  /** The standby is gone, as its computer. The answer brings it back. */
  killStandby(): Promise<() => Promise<void>>
  stop(): Promise<void>
}

const FLAGS = ['shared_buffers=64MB', 'max_connections=150', 'max_wal_size=2GB']
/** Commits wait for the standby all the same; what a power cut would take is not what is tested then. */
const HASTY = ['fsync=off', 'full_page_writes=off']

/**
 * @param options.isDurable flush to disk, as both would in earnest
 * @param options.isCuttable the standby reaches the primary by a line of ours, which costs time
 */
export async function startPostgresPair({ isDurable = false, isCuttable = false } = {}): Promise<PostgresPair> {
  const bin = await programs()
  const dir = mkdtempSync(join(tmpdir(), 'pg-pair-'))
  const init = wrap(bin.initdb, bin.postgres)
  const server = wrap(bin.postgres, bin.postgres)
  if (init.ids.uid !== undefined) chownSync(dir, NOBODY, NOBODY)
  chmodSync(dir, 0o700)
  const [first, second] = [join(dir, 'first'), join(dir, 'second')]
  const args = [
    '-D',
    first,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
    '--no-instructions',
  ]
  execFileSync(init.cmd, [...init.pre, ...args], { ...init.ids, cwd: dir, stdio: ['ignore', 'ignore', 'inherit'] })
  const ports = [await freePort(), await freePort()] as const
  // a copy of a folder whose server is stopped is a standby: no pg_basebackup is needed
  execFileSync('cp', ['-a', first, second], server.ids)
  writeFileSync(join(second, 'standby.signal'), '')
  const run = (data: string, port: number, flags: readonly string[]): ChildProcess =>
    spawn(
      server.cmd,
      [
        ...server.pre,
        '-D',
        data,
        ...[
          ...FLAGS,
          ...(isDurable ? [] : HASTY),
          ...flags,
          'listen_addresses=127.0.0.1',
          `port=${port}`,
          `unix_socket_directories=${dir}`,
        ].flatMap((flag) => ['-c', flag]),
      ],
      { ...server.ids, cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] },
    )
  const primary = run(first, ports[0], ['synchronous_standby_names=*', 'synchronous_commit=on'])
  await ready(primary)
  const line = isCuttable ? await cuttableLine(`postgres://127.0.0.1:${ports[0]}`) : undefined
  const runStandby = () =>
    run(second, ports[1], [`primary_conninfo=host=127.0.0.1 port=${line?.port ?? ports[0]} user=postgres`])
  let standby = runStandby()
  await ready(standby)
  const servers = ports.map((port) => `postgres://postgres@127.0.0.1:${port}/postgres`) as [string, string]
  const kill = (): void => {
    primary.kill('SIGKILL')
    standby.kill('SIGKILL')
  }
  process.on('exit', kill)
  // a commit before the standby is there would wait
  await asked(servers[0], `select 1 from pg_stat_replication where sync_state = 'sync'`)
  const promote = () => asked(servers[1], 'select 1 where pg_promote()')
  return {
    servers,
    async failOver() {
      await end(primary, 'SIGQUIT')
      await promote()
    },
    promote,
    cutStandby(isSilent) {
      if (isSilent) line?.freeze()
      else line?.cut()
      return () => {
        line?.cut()
        line?.mend()
      }
    },
    async killStandby() {
      await end(standby, 'SIGQUIT')
      return async () => {
        standby = runStandby()
        await ready(standby)
      }
    },
    async stop() {
      process.off('exit', kill)
      await Promise.all([end(primary, 'SIGQUIT'), end(standby, 'SIGQUIT')])
      line?.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function ready(child: ChildProcess): Promise<void> {
  let log = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (data: Buffer) => {
      log = (log + data.toString()).slice(-4000)
      if (log.includes('ready to accept')) resolve()
    })
    child.once('exit', (code) => reject(new Error(`postgres ended with ${code}\n${log}`)))
  })
}

async function end(child: ChildProcess, signal: 'SIGQUIT'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}

/** Asks until there is a row. */
async function asked(url: string, sql: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      const { rowCount } = await client.query(sql)
      if (rowCount !== 0) return
    } catch (error) {
      if (tries > 200) throw error
    } finally {
      await client.end().catch(() => undefined)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
