import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@pumphandle/collector/store'
import { brokenPromises } from '../faults/ledger.ts'
import { collectorOn, envOf } from '../support/collector.ts'
import { startCollectorProcess } from '../support/collector-process.ts'
import type { Identity } from '../support/wire-client.ts'
import type { Orders } from './attacker.ts'
import { ATTACKS, type Attack } from './attacks.ts'
import { Honest } from './honest.ts'

export interface HostileOptions {
  readonly seed: number
  /** Bad frames, from all hostile machines together. */
  readonly frames: number
  readonly machines: number
  readonly hostile: number
  /** Each of these by one machine for so long, beside the honest ones: how much longer their acks take. */
  readonly attackMs?: number
  /** Which; all where it is absent. */
  readonly attacks?: readonly Attack[]
}

export interface Outcome {
  /** Bad frames that were sent. */
  readonly frames: number
  readonly acked: number
  /** Sentences; empty where no honest machine lost anything. */
  readonly broken: readonly string[]
  /** MB of the collector's process: with the honest machines alone, and at its most. */
  readonly memoryMb: { readonly quiet: number; readonly most: number }
  /** Milliseconds from frame to ack that 99 of 100 honest frames took at most; quiet: of the times between the attacks. */
  readonly p99: Readonly<Partial<Record<Attack | 'quiet', number>>>
}

/** A machine says something so often. */
const EVERY_MS = 2_000
const LOOK_MS = 500
/** Attackers' connections at once. */
const AT_ONCE = 20
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Honest machines beside hostile ones, on a real collector in a process of its own. */
export async function run(options: HostileOptions): Promise<Outcome> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pumphandle-hostile-'))
  const database = { address: join(dataDir, 'pumphandle.db'), dataDir, drop: async () => undefined }
  const { honest: identities, hostile, token } = await enrolAll(database, options)
  const collector = await startCollectorProcess({ ...envOf(database), PUMPHANDLE_LOG_LEVEL: 'info' })
  const honest = identities.map((identity) => new Honest(collector.url, identity, EVERY_MS))
  const memory = new Memory(collector.pid)
  let frames = 0
  const p99: Partial<Record<Attack | 'quiet', number>> = {}
  try {
    while (honest.some(({ entry }) => entry.acked.size < 2)) await pause(LOOK_MS)
    const attackMs = options.attackMs ?? 0
    if (attackMs > 0) {
      const quiet = await tookDuring(() => pause(attackMs))
      for (const attack of options.attacks ?? (Object.keys(ATTACKS) as Attack[])) {
        // one machine at its worst
        const order = { attack, identities: hostile.slice(0, 1), atOnce: 1, ms: attackMs }
        p99[attack] = p99Of(await tookDuring(() => attackers(order)))
        await pause(EVERY_MS)
        quiet.push(...(await tookDuring(() => pause(attackMs))))
      }
      p99.quiet = p99Of(quiet)
    }
    memory.look()
    const quiet = memory.mostMb
    await attackers({ attack: 'garbage', identities: hostile, atOnce: AT_ONCE, frames: options.frames })
    await Promise.all(honest.map((one) => one.end()))
    memory.look()
    const code = await collector.terminate()
    const entries = honest.map(({ entry }) => entry)
    return {
      frames,
      acked: entries.reduce((sum, { acked }) => sum + acked.size, 0),
      broken: [
        ...brokenPromises(entries, await storedOf(database.address, new Set(entries.map(({ uid }) => uid))), 0),
        ...(code === 0 ? [] : [`the collector ended with ${code}`]),
      ],
      memoryMb: { quiet, most: memory.mostMb },
      p99,
    }
  } finally {
    memory.stop()
    await collector.kill()
    rmSync(dataDir, { recursive: true, force: true })
  }

  async function attackers(orders: Omit<Orders, 'url' | 'token' | 'seed'>): Promise<void> {
    const all: Orders = { ...orders, url: collector.url, token, seed: options.seed }
    const child = fork(new URL('./attacker.ts', import.meta.url), [JSON.stringify(all)], { execArgv: [] })
    child.on('message', (sent: number) => {
      frames += sent
    })
    const [code] = (await once(child, 'exit')) as [number | null]
    if (code !== 0) throw new Error(`the attackers' process ended with ${code}`)
  }

  /** What the honest machines' acks took meanwhile, ms. */
  async function tookDuring(work: () => Promise<void>): Promise<number[]> {
    for (const one of honest) one.took = []
    await work()
    return honest.flatMap((one) => one.took)
  }
}

function p99Of(took: readonly number[]): number {
  const sorted = took.toSorted((a, b) => a - b)
  return Math.round((sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN) * 10) / 10
}

/** How much memory a process takes. */
class Memory {
  mostMb = 0
  readonly #pid: number
  readonly #timer: NodeJS.Timeout

  constructor(pid: number) {
    this.#pid = pid
    this.#timer = setInterval(() => this.look(), LOOK_MS)
  }

  look(): void {
    try {
      const found = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.#pid}/status`, 'utf8'))
      this.mostMb = Math.max(this.mostMb, Math.round(Number(found?.[1] ?? 0) / 1024))
    } catch {
      // it has ended, or this system tells of no process
    }
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

async function enrolAll(database: Parameters<typeof envOf>[0], { machines, hostile }: HostileOptions) {
  const here = await collectorOn(database)
  const { enrolment } = here.context
  const made = { name: 'hostile', site: 'A81001', days: 1, maxUses: null, createdBy: 'hostile' }
  const { secret: token } = await enrolment.createToken(made)
  const all: Identity[] = []
  const request = (n: number) => ({ computerName: `PC-${n}`, agentVersion: '0.1.0' })
  const enrolled = await Promise.all(
    Array.from({ length: machines + hostile }, (_, n) => enrolment.enrol(token, request(n))),
  )
  for (const one of enrolled) if (one) all.push(one)
  await here.close()
  return { honest: all.slice(0, machines), hostile: all.slice(machines), token }
}

async function storedOf(file: string, uids: ReadonlySet<string>) {
  const store = await openStore({ kind: 'sqlite', file })
  const rows = await store.reader
    .selectFrom('event')
    .innerJoin('machine', 'machine.id', 'machine_id')
    .select(['uid', 'event_id as eventId'])
    .execute()
  await store.close()
  return rows.filter(({ uid }) => uids.has(uid))
}
