import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Ports that no system gives out by itself, to a server that asks for any or to a connection that goes out: one that was free
 * a moment ago is not taken meanwhile by the thousands of connections of tests that run beside.
 */
const FIRST = 20_000
/** Ports of one worker of the tests, of which three run at a time. */
const OF_WORKER = 500
const WORKERS = 24

const block = Number(process.env['VITEST_POOL_ID'] ?? process.pid) % WORKERS
let next = Math.floor(Math.random() * OF_WORKER)

/** A port that nobody listens on, for programs that must be told one. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + block * OF_WORKER + (next++ % OF_WORKER)
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}
