import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { readConfig, startCollector } from '@pumphandle/collector'
import { newApiToken } from '@pumphandle/collector/people'
import { openStore, type Store } from '@pumphandle/collector/store'
import { type Client, createClient } from '@pumphandle/shared/client'
import { systemClock } from '@pumphandle/shared/clock'
import { Random } from '@pumphandle/shared/random'
import { MINUTE } from '@pumphandle/shared/time'
import { brokenPromises } from '../faults/ledger.ts'
import type { Identity } from '../support/wire-client.ts'
import { Machine } from './machine.ts'
import type { Member, RoleName } from './member.ts'
import { type Processes, startProcesses } from './processes.ts'

/** A small fleet's are short, so that a round is; a large one's are as they come, all of it being on one computer. */
const BEATS = { few: { heartbeat: 5, silence: 20 }, many: { heartbeat: 15, silence: 40 } } as const
const MANY = 500
/** Once all is well again, everything is acknowledged, told and shown within that; else it never will be. */
const SETTLED_WITHIN_MS = 120_000
/** Until then it has to be connected for the first time, which is no promise: a computer that others keep busy takes its time. */
const CONNECTED_WITHIN_MS = 300_000
/** What may be false until then is looked at again so often. */
const LOOK_MS = 100
/** The outage goes on for so long. */
const OUTAGE_MS = 6_000
const MACHINES_OF_PRACTICE = 10

/** What can happen to one of a cluster; the seed says which is first. */
const FAULTS = [
  'kill edge',
  'pause edge',
  'cut edge',
  'kill brain',
  'pause brain',
  'cut brain',
  'kill serve',
  'pause serve',
  'fail over',
  'cut serve',
  'cut primary',
  'cut standby',
  'kill standby',
] as const
type Fault = (typeof FAULTS)[number]

export interface RoundOptions {
  readonly seed: number
  readonly machines: number
  /** How many faults happen beside the outage, one after the other. */
  readonly faults: number
  /** For how long whoever is paused stands still, and whoever is cut off is. */
  readonly pauseMs: number
  /** Told each line of all logs. */
  readonly onLine?: (who: string, line: string) => void
}

export interface Outcome {
  readonly seed: number
  readonly faults: readonly Fault[]
  readonly acked: number
  /** From the last ack to a page that shows it, through a serve, ms. */
  readonly shownMs: number
  /** From the outage's first machine to the message, ms. */
  readonly toldMs: number
  /** Sentences; empty where every promise was kept. */
  readonly broken: readonly string[]
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Two database servers, two edges, two brains, two serves, a fleet and its bad day; then what was promised is held against what is there. */
export async function round(options: RoundOptions): Promise<Outcome> {
  const world = await World.start(options)
  try {
    const random = new Random(options.seed)
    await world.settle()
    const faults: Fault[] = []
    const outage = world.outage(random)
    for (let n = 0; n < options.faults; n++) {
      await pause(random.uniform(0, OUTAGE_MS / options.faults))
      // each in its turn, and then any
      const fault = FAULTS[n === 0 ? (options.seed - 1) % FAULTS.length : random.below(FAULTS.length)] as Fault
      faults.push(fault)
      await world.happen(fault, random)
    }
    await outage
    return { seed: options.seed, faults, ...(await world.check()) }
  } finally {
    await world.end()
  }
}

interface Told {
  readonly id: string
  readonly type: string
  readonly incident: number
  readonly kind: string
  readonly at: number
}

const isOfOutage = ({ type, kind }: Told) => type === 'opened' && kind === 'component'

class World {
  readonly #options: RoundOptions
  readonly #processes: Processes
  readonly #machines: readonly Machine[]
  readonly #victims = new Set<Machine>()
  readonly #client: Client
  readonly #hook: Server
  readonly #told: Told[]
  readonly #dataDir: string
  #began = 0
  #hasFailedOver = false

  private constructor(given: {
    options: RoundOptions
    processes: Processes
    machines: readonly Machine[]
    client: Client
    hook: Server
    told: Told[]
    dataDir: string
  }) {
    this.#options = given.options
    this.#processes = given.processes
    this.#machines = given.machines
    this.#client = given.client
    this.#hook = given.hook
    this.#told = given.told
    this.#dataDir = given.dataDir
  }

  static async start(options: RoundOptions): Promise<World> {
    const dataDir = mkdtempSync(join(tmpdir(), 'pumphandle-cluster-'))
    const { heartbeat, silence } = options.machines < MANY ? BEATS.few : BEATS.many
    const told: Told[] = []
    const hook = await listenForMessages(told)
    const env = {
      PUMPHANDLE_DATA: dataDir,
      PUMPHANDLE_HEARTBEAT_SECONDS: String(heartbeat),
      PUMPHANDLE_SILENCE_SECONDS: String(silence),
      // learns for 20 s, not for days
      PUMPHANDLE_DEMO: '1',
    }
    const processes = await startProcesses(
      env,
      (who, line) => options.onLine?.(who, line),
      (primary) => prepare(primary, env, options.machines, hook),
    )
    const { identities, secret } = processes.prepared
    const random = new Random(options.seed ^ 0x2545f491)
    const machines = identities.map(
      (identity) =>
        new Machine(identity, {
          random: new Random(random.below(2 ** 31)),
          edges: () => processes.urls('edge'),
          heartbeatMs: heartbeat * 1000,
          fleet: identities.length,
        }),
    )
    const client = createClient({ url: processes.url, token: secret })
    return new World({ options, processes, machines, client, hook, told, dataDir })
  }

  /** Everybody is connected, and the page says so. */
  async settle(): Promise<void> {
    await until(
      'the fleet is connected',
      async () => {
        const { states } = await this.#client.call('overview')
        return this.#machines.every((m) => m.isSettled) && states.healthy === this.#machines.length
      },
      CONNECTED_WITHIN_MS,
    )
  }

  /** A third of the fleet receives the bad file. */
  async outage(random: Random): Promise<void> {
    this.#began = performance.now()
    const falls = this.#machines
      .filter(() => random.chance(1 / 3))
      .map(async (machine) => {
        this.#victims.add(machine)
        await pause(random.uniform(0, OUTAGE_MS))
        await machine.fall()
      })
    await Promise.all(falls)
  }

  async happen(fault: Fault, random: Random): Promise<void> {
    const { pauseMs } = this.#options
    const { pair, members } = this.#processes
    if (fault === 'fail over' || fault === 'cut primary') {
      if (this.#hasFailedOver) return
      this.#hasFailedOver = true
      if (fault === 'fail over') return pair.failOver()
      // it goes on beside the new one, and takes no commit that nobody else has
      for (const member of members) member.cutFrom(0)
      return pair.promote()
    }
    if (fault === 'cut standby' || fault === 'kill standby') {
      // it is the primary now, and has none
      if (this.#hasFailedOver) return
      const back = fault === 'cut standby' ? pair.cutStandby(random.chance(0.5)) : await pair.killStandby()
      await pause(pauseMs)
      return back()
    }
    const [what, role] = fault.split(' ') as ['kill' | 'pause' | 'cut', RoleName]
    const member = await this.#oneOf(role, random)
    if (what === 'kill') return member.kill()
    if (what === 'pause') return member.pause(pauseMs)
    return member.cut(pauseMs, random.chance(0.5))
  }

  /** Lets everybody finish, and looks. */
  async check(): Promise<Pick<Outcome, 'acked' | 'shownMs' | 'toldMs' | 'broken'>> {
    const broken: string[] = []
    const say = (sentence: string) => (error: unknown) =>
      void broken.push(`${sentence}: ${(error as Error).message.slice(0, 300)}`)
    await until('everything is acknowledged', async () => this.#machines.every((m) => m.isSettled)).catch(
      say('not everything was acknowledged once all was well again'),
    )
    const ackedAt = performance.now()
    await until('the page shows it', async () => {
      const { states } = await this.#client.call('overview')
      const { items } = await this.#client.call('incidents', { query: { status: 'active' } })
      const incident = items.find((one) => one.kind === 'component')
      const { affected = 0, recovered = 0, relapsed = 0, missing = 0 } = incident?.cohorts ?? {}
      const hit = affected + recovered + relapsed + missing
      const there = states.healthy + states.crashed + states['boot-loop']
      if (hit === this.#victims.size && there === this.#machines.length) return true
      throw new Error(`${hit} of ${this.#victims.size} hit; states ${JSON.stringify(states)}`)
    }).catch(say('the page does not show what happened'))
    const shownMs = performance.now() - ackedAt
    await until('it is told', async () => this.#told.some(isOfOutage)).catch(say('nobody was told'))
    for (const machine of this.#machines) machine.stop()
    await Promise.all(this.#processes.members.map((member) => member.end()))
    const store = await openStore({ kind: 'postgres', url: this.#processes.pair.servers[this.#hasFailedOver ? 1 : 0] })
    try {
      broken.push(...(await this.#storedPromises(store)), ...this.#toldPromises())
    } finally {
      await store.close()
    }
    const opened = this.#told.find(isOfOutage)
    return {
      acked: this.#machines.reduce((sum, { entry }) => sum + entry.acked.size, 0),
      shownMs,
      toldMs: opened === undefined ? Number.NaN : opened.at - this.#began,
      broken,
    }
  }

  async end(): Promise<void> {
    for (const machine of this.#machines) machine.stop()
    await this.#processes.end('SIGKILL')
    this.#hook.close()
    rmSync(this.#dataDir, { recursive: true, force: true })
  }

  async #storedPromises(store: Store): Promise<string[]> {
    const stored = await store.reader
      .selectFrom('event')
      .innerJoin('machine', 'machine.id', 'machine_id')
      .select(['uid', 'event_id as eventId'])
      .execute()
    const dark = await store.reader
      .selectFrom('machine_transition')
      .innerJoin('machine', 'machine.id', 'machine_id')
      .select(['uid', 'at', 'from_state as from', 'reason'])
      .where('to_state', '=', 'dark')
      .execute()
    const entries = this.#machines.map((machine) => machine.entry)
    const broken = brokenPromises(entries, stored, dark.length)
    for (const { uid, at, from, reason } of dark)
      broken.push(
        `${uid} was ${from}, dark from ${new Date(at).toISOString()} on (${reason}), and ${this.#machines.find((m) => m.entry.uid === uid)?.past}`,
      )
    const incidents = await store.reader.selectFrom('incident').select(['id', 'kind', 'status', 'title']).execute()
    const raised = incidents.filter((one) => one.kind === 'component' || one.kind === 'model')
    if (raised.length !== 1) broken.push(`${raised.length} incidents: ${raised.map((one) => one.title).join('; ')}`)
    if (raised[0] && !raised[0].title.includes('291')) broken.push(`it names something else: ${raised[0].title}`)
    const others = incidents.filter((one) => !raised.includes(one) && one.kind !== 'blind')
    for (const other of others) broken.push(`an incident that is none: ${other.title}`)
    const opened = await store.reader
      .selectFrom('incident_history')
      .select('id')
      .where('type', '=', 'opened')
      .where('incident_id', '=', raised[0]?.id ?? 0)
      .execute()
    if (opened.length !== 1) broken.push(`it was opened ${opened.length} times`)
    return broken
  }

  /** One message for one change, by its key, however often it had to be sent. */
  #toldPromises(): string[] {
    const keys = new Map<string, Set<string>>()
    for (const { id, type, incident } of this.#told) {
      if (type !== 'opened') continue
      const about = `${type} of incident ${incident}`
      keys.set(about, (keys.get(about) ?? new Set()).add(id))
    }
    return [...keys].filter(([, ids]) => ids.size > 1).map(([about, ids]) => `${ids.size} messages of ${about}`)
  }

  /** The active brain more often than the one that stands by. */
  async #oneOf(role: RoleName, random: Random): Promise<Member> {
    const all = this.#processes.members.filter((member) => member.role === role)
    const any = all[random.below(all.length)] as Member
    if (role !== 'brain' || random.chance(0.2)) return any
    const store = await openStore({ kind: 'postgres', url: this.#processes.pair.servers[this.#hasFailedOver ? 1 : 0] })
    try {
      const { holder } = await store.reader.selectFrom('brain').select('holder').executeTakeFirstOrThrow()
      return all.find((member) => holder.includes(`-${member.pid}-`)) ?? any
    } finally {
      await store.close()
    }
  }
}

/** A collector of one process, half an hour ago: the fleet enrols, and the detector has begun to learn. */
async function prepare(
  url: string,
  env: Record<string, string>,
  machines: number,
  hook: Server,
): Promise<{ identities: Identity[]; secret: string }> {
  const config = readConfig({ ...env, PUMPHANDLE_PORT: '0', PUMPHANDLE_DATABASE: url, PUMPHANDLE_LOG_LEVEL: 'silent' })
  const clock = { ...systemClock, now: () => Date.now() - 30 * MINUTE }
  const collector = await startCollector(config, { clock })
  const { context } = collector
  const identities: Identity[] = []
  for (let from = 0; from < machines; from += MACHINES_OF_PRACTICE) {
    const site = `A8${String(1000 + from / MACHINES_OF_PRACTICE)}`
    const token = await context.enrolment.createToken({ name: site, site, days: 1, maxUses: null, createdBy: 'test' })
    const enrolled = await Promise.all(
      Array.from({ length: Math.min(MACHINES_OF_PRACTICE, machines - from) }, (_, i) =>
        context.enrolment.enrol(token.secret, { computerName: `PC-${from + i}`, agentVersion: '0.1.0' }),
      ),
    )
    identities.push(...enrolled.flatMap((one) => one ?? []))
  }
  const { secret } = await newApiToken(context.store, systemClock, {
    name: 'test',
    scope: 'read',
    days: 1,
    createdBy: 'test',
  })
  await context.store.transaction((tx) =>
    tx
      .insertInto('channel')
      .values({
        name: 'hook',
        kind: 'webhook',
        url: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`,
        enabled: 1,
        last_ok_at: null,
        last_error: null,
      })
      .execute(),
  )
  await collector.close()
  return { identities, secret }
}

async function listenForMessages(told: Told[]): Promise<Server> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const {
        id = '',
        type,
        incident,
      } = JSON.parse(body) as {
        id?: string
        type: string
        incident?: { id: number; kind: string }
      }
      told.push({ id, type, incident: incident?.id ?? 0, kind: incident?.kind ?? '', at: performance.now() })
      return response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** Looks until it holds; rejects with what was seen last. */
async function until(what: string, holds: () => Promise<boolean>, withinMs = SETTLED_WITHIN_MS): Promise<void> {
  const end = performance.now() + withinMs
  for (let last = ''; ; ) {
    try {
      if (await holds()) return
      last = ''
    } catch (error) {
      last = (error as Error).message
    }
    if (performance.now() > end) throw new Error(`${what} not within ${withinMs / 1000} s. ${last}`)
    await pause(LOOK_MS)
  }
}
