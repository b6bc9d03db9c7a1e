/** The limits of this machine for the same work: SQLite alone, and a WebSocket server alone. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { WebSocketServer } from 'ws'
import { openStore } from '../../../src/store/index.ts'

/** Rows of one transaction: as many as one group commit takes. */
const ROWS_PER_TRANSACTION = 5_000

/** Durable inserts a second into the real event table, prepared once, from one loop that does nothing else. */
export async function bareSqlite(rows: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const file = join(folder, 'bare.db')
  await (await openStore({ kind: 'sqlite', file })).close()
  const db = new SQLite(file)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('wal_autocheckpoint = 32000') // 128 MB, as the collector's thread lets it grow
  const insert = db.prepare(
    'insert into event (machine_id, event_id, type, at, agent_at, received_at, payload) values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing',
  )
  const payload = JSON.stringify({ filler: 'x'.repeat(220) })
  const began = performance.now()
  for (let done = 0; done < rows; done += ROWS_PER_TRANSACTION) {
    db.exec('begin')
    for (let i = done; i < done + ROWS_PER_TRANSACTION; i++)
      insert.run(1 + (i % 200), `v-${i}`, 'vitals', 1e12 + i, 1e12 + i, 1e12 + i, payload)
    db.exec('commit')
  }
  const perSecond = (rows / (performance.now() - began)) * 1000
  db.close()
  rmSync(folder, { recursive: true })
  return perSecond
}

/** A server that parses each frame, says hello and acknowledges: what a socket costs with nothing behind it. */
export async function bareServer(): Promise<{ url: string; close(): void }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString('utf8')) as { type: string; batch?: number }
      socket.send(frame.type === 'hello' ? '{"type":"welcome"}' : `{"type":"ack","batch":${frame.batch}}`)
    })
  })
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address() as { port: number }
  return { url: `http://127.0.0.1:${address.port}`, close: () => server.close() }
}

if (process.argv.includes('--serve')) {
  const { url } = await bareServer()
  process.send?.({ url })
}
