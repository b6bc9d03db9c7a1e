import { seededRandom } from './mutate.ts'
import { Story, type ToldBugcheck } from './story.ts'
import { writeDump } from './write-dump.ts'

/** One session of a life and what is true of it. */
export interface Session {
  /** Milliseconds since 1970, by a clock that is right. */
  startedAt: number
  start: 'cold' | 'fast-startup'
  end: 'clean' | 'bugcheck' | 'unexpected' | 'unknown'
  /** What its end must be told by, where it was no ordinary one. */
  reason?: RegExp
}

/** What the next start says of the end before it. */
interface About {
  kernelStop?: number
  unclean?: boolean
  bugcheck?: ToldBugcheck
  isReported?: boolean
  hasPowerButton?: boolean
  isAsleep?: boolean
  isInStandby?: boolean
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const KERNEL_GENERAL = 'Microsoft-Windows-Kernel-General'
const KERNEL_POWER = 'Microsoft-Windows-Kernel-Power'
const KERNEL_BOOT = 'Microsoft-Windows-Kernel-Boot'
/** Windows 7, 8.1, 10 and 11, Server 2016, 2019 and 2022. */
const BUILDS = [7601, 9600, 14393, 17763, 19045, 20348, 22631, 26100]
const SERVERS = new Set([14393, 17763, 20348])
/** Where a firmware without a battery begins. */
const STOPPED = Date.parse('2019-01-01T00:00:11.000Z')

/**
 * A life drawn by chance, as the System log of one of many versions of Windows tells it, with the truth beside it: cold starts
 * and fast start-up, sleep, standby and hibernation, shutdowns, blue screens with and without dumps, power cuts, held buttons;
 * the kernel's word of a start before the event log's or behind it; a clock that is right, dead or an hour ahead.
 */
export class Life {
  readonly story: Story
  readonly dumps: Record<string, Buffer> = {}
  readonly sessions: Session[] = []
  crashes = 0
  readonly #random: () => number
  readonly #build: number
  readonly #hasFastStartup: boolean
  readonly #hasStandby: boolean
  readonly #isKernelFirst: boolean
  readonly #clock: 'right' | 'dead' | 'ahead'
  #now: number
  /** What the wall clock is ahead of the true time. */
  #skew = 0
  #offSince = 0
  #kernelStart = 0

  constructor(seed: number) {
    this.#random = seededRandom(seed)
    this.#build = this.#pick(BUILDS)
    this.story = new Story('PC-1', `${this.#build}.1000`)
    const isClient = !SERVERS.has(this.#build)
    this.#hasFastStartup = this.#build > 9200 && isClient && this.#chance(0.7)
    this.#hasStandby = this.#build >= 9600 && isClient && this.#chance(0.4)
    this.#isKernelFirst = this.#chance(0.5)
    this.#clock = this.#chance(0.2) ? 'dead' : this.#chance(0.15) ? 'ahead' : 'right'
    this.#now = Date.parse('2025-03-10T07:30:00.000Z') + Math.floor(this.#between(0, 300)) * DAY
    this.#coldStart({})
    for (let steps = Math.floor(this.#between(3, 12)); steps > 0; steps--) this.#session()
    this.#work(10 * MINUTE)
  }

  #chance(share: number): boolean {
    return this.#random() < share
  }

  #between(least: number, most: number): number {
    return Math.round(least + this.#random() * (most - least))
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T
  }

  #add(after: number, provider: string, eventId: number, data = {}): void {
    this.story.add(this.#now + after + this.#skew, provider, eventId, data)
  }

  /** Windows writes something every now and then. */
  #work(ms: number): void {
    const end = this.#now + ms
    for (
      this.#now += this.#between(MINUTE, 20 * MINUTE);
      this.#now < end;
      this.#now += this.#between(5 * MINUTE, 3 * HOUR)
    )
      this.#add(0, 'Filler', 1)
    this.#now = end
  }

  #filler(after: number, least: number, most: number): void {
    for (let count = this.#between(least, most); count > 0; count--) this.#add(after, 'Filler', 2)
  }

  #session(): void {
    this.#work(this.#between(2 * MINUTE, this.#chance(0.2) ? 4 * DAY : 9 * HOUR))
    for (let naps = this.#chance(0.5) ? this.#between(0, 2) : 0; naps > 0; naps--) this.#nap()
    const off = this.#between(20 * SECOND, this.#chance(0.3) ? 14 * HOUR : 3 * MINUTE)
    const ends = [
      () => this.#shutDown(),
      () => this.#bugcheck(),
      () => this.#bugcheck(),
      () => this.#cut({}, /^power cut/),
      () => this.#cut({ hasPowerButton: true }, /power button/),
      () => this.#hold(),
      () => this.#fallAsleep('4', /from sleep/),
      () => this.#fallAsleep('5', /from hibernation/),
    ]
    const resumes = this.#hasFastStartup && this.#chance(0.4)
    if (resumes) return this.#fastStartup(off)
    const dies = this.#hasStandby && this.#chance(0.15)
    const about = dies ? this.#dieInStandby() : this.#pick(ends)()
    this.#offSince = this.#now
    this.#now += off
    this.#coldStart(about)
  }

  #end(end: Session['end'], reason?: RegExp): void {
    Object.assign(this.sessions.at(-1) ?? {}, { end, ...(reason && { reason }) })
  }

  /** Asleep and awake again. */
  #nap(): void {
    const asleepAt = this.#now + this.#skew
    const state = this.#chance(0.5) ? '5' : '4'
    if (this.#hasStandby && state === '4') {
      this.#add(0, KERNEL_POWER, 506, { Reason: '7' })
      this.#now += this.#between(5 * MINUTE, 14 * HOUR)
      this.#add(0, KERNEL_POWER, 507, { Reason: '1' })
    } else {
      this.#add(0, KERNEL_POWER, 42, { TargetState: state })
      this.#now += this.#between(5 * MINUTE, 14 * HOUR)
      const isOld = this.#build < 9200
      if (state === '5' && !isOld) this.#add(-4 * SECOND, KERNEL_BOOT, 27, { BootType: '2', LoadOptions: '' })
      this.story.clockSet(asleepAt + SECOND, this.#now + this.#skew, 2)
      if (!isOld) this.#add(0, KERNEL_POWER, 107, { TargetState: state })
      this.#add(SECOND, 'Microsoft-Windows-Power-Troubleshooter', 1)
    }
    this.#work(this.#between(2 * MINUTE, 2 * HOUR))
  }

  #shutDown(): About {
    this.story.shutdown(this.#now + this.#skew)
    if (this.#build > 9200) this.#add(SECOND, KERNEL_POWER, 109)
    this.#end('clean')
    return this.#chance(0.8) ? { kernelStop: this.#now + this.#skew + 3 * SECOND } : {}
  }

  #bugcheck(): About {
    const address = (): bigint => (BigInt(this.#between(1, 1e9)) << 16n) | 0xffff800000000000n
    const parameters: ToldBugcheck['parameters'] = [address(), BigInt(this.#between(0, 15)), 0n, address()]
    const bugcheck = { stopCode: this.#pick([0x1a, 0x7e, 0x50, 0xd1, 0x139, 0x3b, 0xef, 0x9f]), parameters }
    this.#end('bugcheck')
    this.crashes++
    if (this.#chance(0.5))
      this.dumps[`Windows/Minidump/${this.crashes}.dmp`] = writeDump({
        ...bugcheck,
        crashedAt: this.#now,
        uptimeSeconds: Math.round((this.#now - this.#kernelStart) / SECOND),
        modules: [],
      })
    return { unclean: true, bugcheck, isReported: this.#chance(0.5) }
  }

  #cut(about: About, reason: RegExp): About {
    this.#end('unexpected', reason)
    return { unclean: true, ...about }
  }

  /** Somebody holds the power button until Windows stops itself. */
  #hold(): About {
    this.#end('bugcheck', /power button/)
    this.crashes++
    return { unclean: true, bugcheck: { stopCode: 0x1c8, parameters: [0x10n, 0n, 0n, 0n] } }
  }

  #fallAsleep(state: string, reason: RegExp): About {
    this.#add(0, KERNEL_POWER, 42, { TargetState: state })
    return this.#cut({ isAsleep: state === '4' && this.#chance(0.5) }, reason)
  }

  #dieInStandby(): About {
    this.#add(0, KERNEL_POWER, 506, { Reason: '7' })
    return this.#cut({ isInStandby: this.#chance(0.5) }, /from standby/)
  }

  /** Resumed, or discarded so that the start is a cold one. */
  #fastStartup(off: number): void {
    this.#end('clean')
    this.#add(0, KERNEL_POWER, 42, { TargetState: '6', EffectiveState: '5' })
    if (this.#chance(0.2)) {
      this.#offSince = this.#now
      this.#now += off
      return this.#coldStart({ unclean: true })
    }
    this.#add(2 * SECOND, KERNEL_POWER, 107, { TargetState: '6' })
    this.#now += off
    this.#add(0, KERNEL_BOOT, 27, { BootType: '1', LoadOptions: '' })
    this.sessions.push({ startedAt: this.#now, start: 'fast-startup', end: 'unknown' })
  }

  #coldStart(about: About): void {
    const wasOff = this.#now - this.#offSince > MINUTE && this.sessions.length > 0
    if (wasOff && this.#clock === 'dead') this.#skew = STOPPED - this.#now
    if (wasOff && this.#clock === 'ahead') this.#skew = HOUR
    this.#kernelStart = this.#now
    this.sessions.push({ startedAt: this.#now, start: 'cold', end: 'unknown' })
    if (!this.#isKernelFirst) {
      this.#logStart(about)
      this.#filler(8 * SECOND, 0, 29)
    }
    this.#kernelWord(about)
    if (this.#isKernelFirst) this.#logStart(about)
    this.#filler(20 * SECOND, 10, 60)
    if (about.isReported && about.bugcheck)
      this.story.bugcheckReport(this.#now + this.#skew + 30 * SECOND, about.bugcheck)
    if (this.#skew === 0) return
    const set = this.#now + 45 * SECOND
    this.story.clockSet(set + this.#skew, set)
    this.#skew = 0
  }

  #logStart({ unclean }: About): void {
    if (unclean)
      this.#add(8 * SECOND, 'EventLog', 6008, ['21:03:17', '\u200e18.\u200e07.\u200e2024', '', '', '934', '', ''])
    this.#add(8 * SECOND, 'EventLog', 6009, ['10.00.', String(this.#build), '', 'Multiprocessor Free', '0'])
    this.#add(8 * SECOND, 'EventLog', 6005, [])
  }

  #kernelWord(about: About): void {
    const { kernelStop, bugcheck } = about
    if (kernelStop !== undefined)
      this.story.add(kernelStop, KERNEL_GENERAL, 13, { StopTime: new Date(kernelStop).toISOString() })
    this.#add(100, KERNEL_GENERAL, 12, {
      BuildVersion: String(this.#build),
      QfeVersion: '1000',
      BootMode: '0',
      StartTime: new Date(this.#now + this.#skew).toISOString(),
    })
    if (this.#build > 9200) {
      this.#add(100, KERNEL_BOOT, 20, { LastShutdownGood: String(!about.unclean), LastBootGood: 'true' })
      this.#add(100, KERNEL_BOOT, 27, { BootType: '0', LoadOptions: ' NOEXECUTE=OPTIN' })
    }
    if (!about.unclean) return
    this.story.uncleanStart(this.#now + this.#skew + 3 * SECOND, {
      ...(bugcheck && { bugcheck }),
      ...(about.hasPowerButton && { powerButtonAt: 133_657_000_000_000_000n }),
      ...(about.isAsleep && { isAsleep: true }),
      ...(about.isInStandby && { isInStandby: true }),
    })
  }
}
