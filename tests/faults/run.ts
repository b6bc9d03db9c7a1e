import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Random } from '@pumphandle/shared/random'
import { DAY, HOUR } from '@pumphandle/shared/time'
import type { CollectorProcess } from '../support/collector-process.ts'
import { type CuttableLine, cuttableLine } from '../support/cuttable.ts'
import type { TestDatabase } from '../support/databases.ts'
import { type SmallDisk, smallDisk } from '../support/small-disk.ts'
import { FaultyAgent } from './agent.ts'
import { type BadDisk, badDisk } from './bad-disk.ts'
import { Colleague, Listener } from './colleague.ts'
import { brokenPromises, brokenWords } from './ledger.ts'
import { INCIDENT, type Seeded, seeded } from './seed.ts'
import { fileOn, opened, started } from './what-lies.ts'

const JUMPER = pathToFileURL(join(import.meta.dirname, 'clock-that-jumps.ts')).href
/** Room for a database, its log and a reserve. */
const DISK_MB = 48

/** Once all is well again everything is acknowledged within that; statements of a silent server end after 12 s. */
const SETTLED_WITHIN_MS = 60_000
/** Long enough that something wants to be flushed. */
const HANGS_MS = 500
/** Nobody waits for a disk: an answer that does not come by then does not come before the flush ends. */
const ANSWERS_WITHIN_MS = 15_000

/** How often, and how many times, it is asked while nothing can be read: two of the collector's own tries, and more. */
const UNREAD_EVERY_MS = 200
const UNREAD_LOOKS = 15

/** Once all is well the collector says so within that: a check of its file takes a second, and waits its turn. */
const SAYS_SO_WITHIN_MS = 30_000

/** What can happen to a collector. */
const FAULTS = [
  'kill',
  'terminate',
  'stand-still',
  'cut',
  'disk-full',
  'disk-hangs',
  'disk-slow',
  'disk-refuses',
  'disk-breaks',
  'disk-unread',
  'torn-log',
  'clock',
  'database',
] as const
export type Fault = (typeof FAULTS)[number]

export interface Outcome {
  readonly seed: number
  readonly faults: readonly Fault[]
  readonly acked: number
  /** Sentences; empty where every promise was kept. */
  readonly broken: readonly string[]
}

export interface RunOptions {
  readonly seed: number
  /** How many faults, one after the other. */
  readonly faults: number
  /** An empty database of PostgreSQL; undefined: SQLite on a small disk of its own, where this user may mount one. */
  readonly postgres?: TestDatabase | undefined
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** One collector and a few machines, through faults that the seed chooses; then what was promised is held against what is there. */
export async function run(options: RunOptions): Promise<Outcome> {
  const world = await World.start(options)
  try {
    const random = new Random(options.seed)
    const faults: Fault[] = []
    // on a busy computer all faults would be over before anybody had said anything
    await world.begun()
    for (let n = 0; n < options.faults; n++) {
      const fault = world.possible()[random.below(world.possible().length)] as Fault
      faults.push(fault)
      await pause(random.uniform(50, 400))
      await world.happen(fault, random)
    }
    return { seed: options.seed, faults, ...(await world.check()) }
  } finally {
    await world.end()
  }
}

class World {
  readonly #database: TestDatabase
  readonly #disk: SmallDisk | undefined
  readonly #line: CuttableLine | undefined
  readonly #env: Record<string, string>
  readonly #clockFile: string
  readonly #badDisk: BadDisk | undefined
  readonly #listener: Listener
  readonly #complaints: string[] = []
  /** Of a token, for questions. */
  readonly #secret: string
  #collector: CollectorProcess
  #agents: FaultyAgent[] = []
  #colleague: Colleague | undefined

  private constructor(given: {
    database: TestDatabase
    disk: SmallDisk | undefined
    line: CuttableLine | undefined
    env: Record<string, string>
    clockFile: string
    badDisk: BadDisk | undefined
    listener: Listener
    collector: CollectorProcess
    secret: string
  }) {
    this.#database = given.database
    this.#disk = given.disk
    this.#line = given.line
    this.#env = given.env
    this.#clockFile = given.clockFile
    this.#badDisk = given.badDisk
    this.#listener = given.listener
    this.#collector = given.collector
    this.#secret = given.secret
  }

  static async start({ seed, postgres }: RunOptions): Promise<World> {
    const disk = postgres ? undefined : smallDisk(DISK_MB)
    const database = postgres ?? fileOn(disk)
    const listener = await Listener.open()
    try {
      return await World.#on({ database, disk, seed, listener, isServer: postgres !== undefined })
    } catch (error) {
      listener.close()
      await database.drop()
      throw error
    }
  }

  static async #on(given: {
    database: TestDatabase
    disk: SmallDisk | undefined
    seed: number
    listener: Listener
    isServer: boolean
  }): Promise<World> {
    const { database, disk, seed, listener, isServer } = given
    const { identities, secret }: Seeded = await seeded(database, listener.url)
    const line = isServer ? await cuttableLine(database.address) : undefined
    const address = line
      ? `postgres://postgres@127.0.0.1:${line.port}${new URL(database.address).pathname}`
      : database.address
    const clockFile = join(database.dataDir, 'clock')
    writeFileSync(clockFile, '0')
    const bad = isServer ? undefined : badDisk(database.dataDir)
    const env = {
      ...bad?.env,
      PUMPHANDLE_DATA: database.dataDir,
      PUMPHANDLE_DATABASE: address,
      FAULTS_CLOCK: clockFile,
      NODE_OPTIONS: `--import ${JUMPER}`,
    }
    const collector = await started(env)
    const world = new World({ database, disk, line, env, clockFile, badDisk: bad, listener, collector, secret })
    const random = new Random(seed ^ 0x5f356495)
    world.#agents = identities.map(
      (identity) => new FaultyAgent(identity, new Random(random.below(2 ** 31)), () => world.#collector.url),
    )
    world.#colleague = new Colleague({ url: () => world.#collector.url, secret, incident: INCIDENT.id })
    return world
  }

  /** Everybody has something to lose, or never will. */
  async begun(): Promise<void> {
    await Promise.race([Promise.all(this.#agents.map((agent) => agent.begun())), pause(SETTLED_WITHIN_MS)])
  }

  /** What can happen to this one. */
  possible(): Fault[] {
    return FAULTS.filter((fault) => {
      if (fault === 'disk-full') return this.#disk !== undefined
      if (fault.startsWith('disk-')) return this.#badDisk !== undefined
      if (fault === 'torn-log') return this.#line === undefined
      if (fault === 'database') return this.#line !== undefined
      return true
    })
  }

  async happen(fault: Fault, random: Random): Promise<void> {
    switch (fault) {
      case 'kill':
        await this.#collector.kill()
        return this.#restart()
      case 'terminate':
        await this.#collector.terminate()
        return this.#restart()
      case 'stand-still':
        process.kill(this.#collector.pid, 'SIGSTOP')
        await pause(random.uniform(200, 1_500))
        process.kill(this.#collector.pid, 'SIGCONT')
        return
      case 'cut':
        for (const agent of this.#agents) if (random.chance(0.6)) agent.cut()
        return
      case 'disk-full':
        this.#disk?.fill()
        await pause(random.uniform(300, 1_500))
        if (random.chance(0.3)) await this.#collector.kill()
        this.#disk?.free()
        return this.#restart()
      case 'disk-hangs':
        return this.#hang()
      case 'disk-slow':
        return this.#bad('slow', random)
      case 'disk-refuses':
        return this.#bad('refuse', random)
      case 'disk-breaks':
        return this.#bad('break', random)
      case 'disk-unread':
        return this.#unread()
      case 'torn-log': {
        await this.#collector.kill()
        const log = join(this.#database.dataDir, 'pumphandle.db-wal')
        // a power cut in the middle of a write: what was never flushed may be anything
        if (existsSync(log)) appendFileSync(log, Buffer.alloc(random.below(9_000), random.below(256)))
        return this.#restart()
      }
      case 'clock': {
        this.#jump(
          random.weighted([
            [730 * DAY, 1],
            [HOUR, 2],
            [-HOUR, 2],
            [-730 * DAY, 1],
          ]),
        )
        await pause(random.uniform(500, 2_000))
        return this.#jump(0)
      }
      case 'database':
        if (random.chance(0.5)) this.#line?.cut()
        else this.#line?.freeze()
        await pause(random.uniform(300, 1_000))
        this.#line?.mend()
    }
  }

  async #bad(mood: 'slow' | 'refuse' | 'break', random: Random): Promise<void> {
    this.#badDisk?.is(mood)
    await pause(random.uniform(300, 1_500))
    if (random.chance(0.3)) await this.#collector.kill()
    this.#badDisk?.is('well')
    return this.#restart()
  }

  /** A flush that does not end: pages and probes are answered all the same. */
  async #hang(): Promise<void> {
    this.#badDisk?.is('hang')
    await pause(HANGS_MS)
    for (const path of ['/livez', '/readyz', '/api/v1/overview'])
      try {
        await fetch(this.#collector.url + path, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) })
      } catch (why) {
        if (!this.#collector.hasEnded)
          this.#complaints.push(`${path} was not answered while a flush hung: ${String(why)}`)
      }
    this.#badDisk?.is('well')
  }

  /** What was stored is not given back: the collector says so, and does not take it back while it is so. */
  async #unread(): Promise<void> {
    this.#badDisk?.is('unread')
    const ready: number[] = []
    for (let n = 0; n < UNREAD_LOOKS && !this.#collector.hasEnded; n++) {
      await pause(UNREAD_EVERY_MS)
      await fetch(`${this.#collector.url}/readyz`, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) })
        .then(({ status }) => ready.push(status))
        .catch(() => undefined)
    }
    this.#badDisk?.is('well')
    const said = ready.indexOf(503)
    if (said >= 0 && ready.slice(said).includes(200))
      this.#complaints.push(`/readyz said that all is well while nothing could be read: ${ready.join(' ')}`)
    return this.#restart()
  }

  /** Lets everybody finish, and looks. */
  async check(): Promise<Pick<Outcome, 'acked' | 'broken'>> {
    const byItself = this.#collector.hasEnded
    if (byItself) await this.#restart()
    const settled = Promise.all([
      ...this.#agents.map((agent) => agent.end()),
      // a message that was never sent is found in the store below
      this.#colleague?.end().then(() => this.#listener.quiet()),
    ]).then(() => true)
    const isSettled = await Promise.race([settled, pause(SETTLED_WITHIN_MS).then(() => false)])
    for (const agent of this.#agents) agent.stop()
    this.#colleague?.stop()
    const untruths = isSettled ? await this.#untruths() : []
    let code = await this.#collector.terminate()
    let { stored, dark, words } = await this.#look()
    if (words.messages.some(({ id }) => !words.told.some((told) => told.id === `notification-${id}`))) {
      // begun when the disk filled: it is begun anew after a minute, or by the next start
      await this.#restart()
      await this.#listener.quiet()
      code ||= await this.#collector.terminate()
      ;({ stored, dark, words } = await this.#look())
    }
    const entries = this.#agents.map((agent) => agent.entry)
    return {
      acked: entries.reduce((sum, entry) => sum + entry.acked.size, 0),
      broken: [
        ...brokenPromises(entries, stored, dark.length),
        ...brokenWords(words),
        ...this.#complaints,
        ...untruths,
        ...(byItself ? ['the collector ended by itself'] : []),
        ...(isSettled ? [] : ['not everything was acknowledged once all was well again']),
        // over a line that fell silent it ends within its bound and says by 1 that it could not store what was in memory
        ...(code === 0 || (code === 1 && this.#line !== undefined) ? [] : [`the collector ended with ${code}`]),
      ],
    }
  }

  /** What it says of its database, where nothing is wrong with that any more. */
  async #untruths(): Promise<string[]> {
    const until = performance.now() + SAYS_SO_WITHIN_MS
    for (;;) {
      const health = await fetch(`${this.#collector.url}/api/v1/health`, {
        headers: { authorization: `Bearer ${this.#secret}` },
        signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
      })
      const { problems } = (await health.json()) as { problems: { code: string; title: string }[] }
      const untrue = problems.filter(({ code }) => code.startsWith('store-'))
      if (untrue.length === 0) return []
      if (performance.now() > until) return untrue.map(({ title }) => `all is well, and it says: ${title}`)
      await pause(UNREAD_EVERY_MS)
    }
  }

  /** What is stored, and what was told. */
  async #look() {
    const store = await opened(this.#database)
    const stored = await store.reader
      .selectFrom('event')
      .innerJoin('machine', 'machine.id', 'machine_id')
      .select(['uid', 'event_id as eventId'])
      .execute()
    const dark = await store.reader
      .selectFrom('machine_transition')
      .select('id')
      .where('to_state', '=', 'dark')
      .execute()
    const words = {
      noted: this.#colleague?.noted ?? [],
      history: await store.reader
        .selectFrom('incident_history')
        .select(['incident_id as incident', 'type', 'payload'])
        .orderBy('id')
        .execute(),
      messages: await store.reader
        .selectFrom('notification')
        .select(['id', 'incident_id as incident', 'type', 'status'])
        .orderBy('id')
        .execute(),
      told: this.#listener.told,
    }
    await store.close()
    return { stored, dark, words }
  }

  async end(): Promise<void> {
    await this.#collector.kill()
    this.#line?.close()
    this.#listener.close()
    await this.#database.drop()
  }

  async #restart(): Promise<void> {
    if (this.#collector.hasEnded) this.#collector = await started(this.#env)
  }

  #jump(aheadMs: number): void {
    writeFileSync(this.#clockFile, String(aheadMs))
    process.kill(this.#collector.pid, 'SIGUSR2')
  }
}
