import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const script = fileURLToPath(new URL('../../scripts/start.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'pumphandle-start-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Started {
  readonly child: ChildProcess
  /** Resolves with the output so far when it has this text, or when the process ended. */
  until(text: string): Promise<string>
  readonly ended: Promise<number | null>
}

function start(settings: Record<string, string>, ...args: string[]): Started {
  const env = { ...process.env, PUMPHANDLE_PORT: '0', PUMPHANDLE_DATA: folder, ...settings }
  const child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const waiting: (() => void)[] = []
  const heard = (data: Buffer) => {
    output += data.toString('utf8')
    for (const look of waiting) look()
  }
  child.stdout.on('data', heard)
  child.stderr.on('data', heard)
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  return {
    child,
    ended,
    until: (text) =>
      new Promise((resolve) => {
        const look = () => output.includes(text) && resolve(output)
        waiting.push(look)
        look()
        void ended.then(() => resolve(output))
      }),
  }
}

interface Identities {
  readonly machines: readonly { machine: string; secret: string }[]
}

describe('npm start', () => {
  let first: string
  let firstExit: number | null
  let identities: string
  beforeAll(async () => {
    const demo = start({})
    first = await demo.until('Ctrl-C ends everything')
    demo.child.kill('SIGINT')
    firstExit = await demo.ended
    identities = readFileSync(join(folder, 'demo-fleet.json'), 'utf8')
  })

  test('prints where it listens, how to sign in, and that the fleet is a demo', () => {
    expect(first).toMatch(/listens on http:\/\/127\.0\.0\.1:\d+/)
    expect(first).toMatch(/\/welcome#[\w-]{20,}/)
    expect(first).toContain('Demo fleet: 1200 simulated machines in 40 practices')
    expect(firstExit).toBe(0)
  })

  test('enrols 1,200 machines in practices with regions and networks', () => {
    const database = new Database(join(folder, 'pumphandle.db'), { readonly: true })
    const count = (sql: string) => database.prepare<[], { n: number }>(sql).get()?.n
    expect(count('SELECT count(*) AS n FROM machine WHERE practice_id IS NOT NULL')).toBe(1200)
    expect(count('SELECT count(*) AS n FROM practice WHERE region_id IS NOT NULL AND pcn_id IS NOT NULL')).toBe(40)
    database.close()
    expect((JSON.parse(identities) as Identities).machines).toHaveLength(1200)
  })

  test('a second start is the same fleet, and SIGTERM ends it, too', async () => {
    const demo = start({})
    await demo.until('Ctrl-C ends everything')
    demo.child.kill('SIGTERM')
    expect(await demo.ended).toBe(0)
    expect(readFileSync(join(folder, 'demo-fleet.json'), 'utf8')).toBe(identities)
  })
})

test('--empty starts without a fleet', async () => {
  const data = join(folder, 'empty')
  const collector = start({ PUMPHANDLE_DATA: data }, '--empty')
  expect(await collector.until('Ctrl-C')).toContain('No demo fleet')
  collector.child.kill('SIGINT')
  expect(await collector.ended).toBe(0)
})

test('a busy port is one sentence that says what to do', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const collector = start({ PUMPHANDLE_PORT: String(port), PUMPHANDLE_DATA: join(folder, 'busy') })
  const said = await collector.until('set PUMPHANDLE_PORT')
  expect(said.trim().split('\n')).toHaveLength(1)
  expect(await collector.ended).toBe(1)
  server.close()
})

test('a data folder that cannot be written is one sentence that says what to do', async () => {
  const file = join(folder, 'a-file')
  writeFileSync(file, '')
  const collector = start({ PUMPHANDLE_DATA: file })
  const said = await collector.until('set PUMPHANDLE_DATA')
  expect(said.trim().split('\n')).toHaveLength(1)
  expect(await collector.ended).toBe(1)
})
