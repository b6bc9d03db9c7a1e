import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@pumphandle/collector/store'
import { Random } from '@pumphandle/shared/random'
import { brokenPromises } from '../faults/ledger.ts'
import { collectorOn, envOf } from '../support/collector.ts'
import { startCollectorProcess } from '../support/collector-process.ts'
import type { Identity } from '../support/wire-client.ts'
import { ATTACKS, type Attack, garbage } from './attacks.ts'
import { Honest } from './honest.ts'

export interface HostileOptions {
  readonly seed: number
  /** Bad frames, from all hostile machines together. */
  readonly frames: number
  readonly machines: number
  readonly hostile: number
  /** Each of these by one machine for so long, beside the honest ones: how much longer their acks take. */
  readonly attackMs?: number
}

export interface Outcome {
  /** Bad frames that were sent. */
  readonly frames: number
  readonly acked: number
  /** Sentences; empty where no honest machine lost anything. */
  readonly broken: readonly string[]
  /** MB of the collector's process: with the honest machines alone, and at its most. */
  readonly memoryMb: { readonly quiet: number; readonly most: number }
  /** Milliseconds from frame to ack that 99 of 100 honest frames took at most. */
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
  const random = new Random(options.seed)
  const memory = new Memory(collector.pid)
  let frames = 0
  const p99: Partial<Record<Attack | 'quiet', number>> = {}
  try {
    while (honest.some(({ entry }) => entry.acked.size < 2)) await pause(LOOK_MS)
    const attackMs = options.attackMs ?? 0
    if (attackMs > 0) {
      await measured('quiet', () => pause(attackMs))
      for (const name of Object.keys(ATTACKS) as Attack[])
        await measured(name, () => attackFor(name, hostile[0] as Identity, attackMs))
    }
    memory.look()
    const quiet = memory.mostMb
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, n) => {
        for (let turn = n; frames < options.frames; turn += AT_ONCE)
          await garbage(attacker(hostile[turn % hostile.length] as Identity, () => frames >= options.frames))
      }),
    )
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

  function attacker(identity: Identity, isOver: () => boolean) {
    const sent = (n: number): void => {
      frames += n
    }
    return { url: collector.url, identity, token, random, sent, isOver }
  }

  /** One machine at its worst. */
  async function attackFor(name: Attack, identity: Identity, ms: number): Promise<void> {
    const until = performance.now() + ms
    const one = attacker(identity, () => performance.now() > until)
    while (!one.isOver()) await ATTACKS[name](one)
  }

  async function measured(name: Attack | 'quiet', work: () => Promise<void>): Promise<void> {
    for (const one of honest) one.took = []
    await work()
    const took = honest.flatMap((one) => one.took).toSorted((a, b) => a - b)
    p99[name] = Math.round((took[Math.floor(took.length * 0.99)] ?? Number.NaN) * 10) / 10
  }
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
