import {
  Detector,
  type DetectorSnapshot,
  FactRegistry,
  type Observation,
} from '../../../packages/collector/src/detect/index.ts'
import { Random } from '../../../packages/shared/src/flow/random.ts'

/** Friday 19 July 2024, 09:00 UTC: everybody is at work. */
export const START = Date.UTC(2024, 6, 19, 9)
const PRACTICE_SIZE = 20
const PRACTICES_PER_REGION = 10
/** Machines with the product whose new version is bad, and how many of them get it. */
const PRODUCT_SHARE = 0.6
const EXPOSED_SHARE = 0.75
/** A quiet day before, from which the detector learns what is normal. */
export const QUIET_SECONDS = 86_400

/** What happens anyway, by the machine-hour. The oracle knows it. */
export const BACKGROUND = {
  crash: 0.005 / 168,
  /** Blue screens of machines that nobody harmed name this driver one time in twenty. */
  crashInDriver: 0.05,
  /** Silence that ends within a minute, in the same boot; and silence that lasts. */
  blip: 0.016,
  loss: 0.004,
  service: 1e-4,
  /** By the practice-hour: a fuse or a switch takes 30 to 100 % of a practice's machines within seconds. */
  shock: 1 / 720,
  shockTakes: 0.65,
  /** Restarts, and how many of them take hours. */
  restart: 1 / 48,
  noReturn: 0.005,
} as const

export const DRIVER = 'csagent.sys'
/** The bad version, new in the fleet. */
const BAD = 'sensor:Falcon@7.17'

/** Versions in use; the oracle knows that one of them is bad. */
const VERSIONS = [
  'sensor:Falcon@7.15',
  'sensor:Falcon@7.16',
  BAD,
  'content:Falcon@291-1',
  'content:Falcon@291-2',
  'sensor:Defender@4.18.1',
  'sensor:Defender@4.18.2',
  'content:Defender@1.415.1',
  'content:Defender@1.415.2',
  'os:windows@19045.4651',
  'os:windows@19045.4529',
  'os:windows@22631.3880',
  ...Array.from({ length: 8 }, (_, i) => [`driver:d${i}.sys@1.0`, `driver:d${i}.sys@2.0`]).flat(),
  'app:emis-web@9.2',
  'app:emis-web@9.3',
] as const
export const ACTIVE_VERSIONS = VERSIONS.length

/** A fleet whose detector has seen a quiet day; each run goes on from there. */
export class BenchFleet {
  readonly machines: number
  readonly facts = new FactRegistry()
  readonly bad: number
  /** Machines that get the bad version. */
  readonly exposed: readonly number[]
  readonly #learned: DetectorSnapshot

  constructor(machines: number, seed: number) {
    this.machines = machines
    for (const key of ['product:Falcon', 'product:Defender', 'model:A', 'model:B', 'model:C', ...VERSIONS])
      this.facts.intern(key)
    this.facts.declareFile(DRIVER, 'Falcon')
    this.bad = this.facts.intern(BAD)
    const random = new Random(seed)
    const detector = new Detector({ facts: this.facts })
    const exposed: number[] = []
    for (let machine = 0; machine < machines; machine++) {
      const isFalcon = random.chance(PRODUCT_SHARE)
      if (isFalcon && random.chance(EXPOSED_SHARE)) exposed.push(machine)
      for (const observation of this.#begin(machine, isFalcon, random)) detector.observe(observation)
    }
    this.exposed = exposed
    const noise = new Noise(machines, seed + 1)
    for (let s = 0; s < QUIET_SECONDS; s += 600)
      for (const observation of noise.between(s, s + 600)) detector.observe(observation)
    detector.tick(START + QUIET_SECONDS * 1_000)
    this.#learned = detector.snapshot()
  }

  /** A detector that has learned, and knows of nothing bad yet. */
  detector(): Detector {
    return Detector.restore(structuredClone(this.#learned), { facts: this.facts })
  }

  *#begin(machine: number, isFalcon: boolean, random: Random): Generator<Observation> {
    const at = START
    const site = siteOf(machine)
    yield { type: 'machine', at, machine, site, region: Math.floor(site / PRACTICES_PER_REGION) }
    const product = isFalcon ? 'Falcon' : 'Defender'
    const [one, two] = isFalcon ? ['7.15', '7.16'] : ['4.18.1', '4.18.2']
    const content = isFalcon ? ['291-1', '291-2'] : ['1.415.1', '1.415.2']
    const keys = [
      `product:${product}`,
      `model:${'ABC'[random.below(3)]}`,
      `sensor:${product}@${random.chance(0.3) ? one : two}`,
      `content:${product}@${content[random.below(2)]}`,
      ['os:windows@19045.4651', 'os:windows@19045.4529', 'os:windows@22631.3880'][random.below(3)] ?? '',
      ...Array.from({ length: 8 }, (_, i) => `driver:d${i}.sys@${1 + random.below(2)}.0`),
      `app:emis-web@9.${2 + random.below(2)}`,
    ]
    for (const key of keys)
      yield { type: 'component', at, machine, fact: this.facts.intern(key), change: 'present', since: null }
    yield { type: 'online', at, machine, boot: 1, previousEnd: 'same' }
  }
}

/** What happens to machines that nobody harms: crashes, silences, restarts, services' deaths, by Poisson processes. */
export class Noise {
  readonly #random: Random
  readonly #machines: number
  #later: Observation[] = []
  #crashes = 0

  constructor(machines: number, seed: number) {
    this.#machines = machines
    this.#random = new Random(seed)
  }

  /** Observations of a stretch of time in order, seconds after START. */
  between(from: number, until: number): Observation[] {
    const found: Observation[] = []
    const add = (rate: number, tell: (s: number, machine: number) => readonly Observation[]): void => {
      const mean = 3_600 / (rate * this.#machines)
      for (let s = from + this.#gap(mean); s < until; s += this.#gap(mean))
        found.push(...tell(s, this.#random.below(this.#machines)))
    }
    add(BACKGROUND.blip, (s, machine) => this.#silence(s, machine, 20 * this.#random.next()))
    add(BACKGROUND.loss, (s, machine) => this.#silence(s, machine, this.#random.uniform(900, 3_600)))
    add(BACKGROUND.service, (s, machine) => [{ type: 'service-down', at: ms(s), machine, service: 'CSFalconService' }])
    add(BACKGROUND.crash, (s, machine) =>
      crash(s, machine, `n${this.#crashes++}`, this.#random.chance(BACKGROUND.crashInDriver) ? DRIVER : 'ntoskrnl.exe'),
    )
    add(BACKGROUND.restart, (s, machine) => restart(s, machine, returnAfter(this.#random, 0), 1 + Math.floor(s)))
    const mean = 3_600 / (BACKGROUND.shock * Math.ceil(this.#machines / PRACTICE_SIZE))
    for (let s = from + this.#gap(mean); s < until; s += this.#gap(mean)) found.push(...this.#shock(s))
    const due = [...this.#later, ...found]
    this.#later = due.filter(({ at }) => at >= ms(until))
    return due.filter(({ at }) => at < ms(until)).sort((a, b) => a.at - b.at)
  }

  #shock(s: number): Observation[] {
    const site = this.#random.below(Math.ceil(this.#machines / PRACTICE_SIZE))
    const share = this.#random.uniform(0.3, 1)
    const back = this.#random.uniform(900, 3_600)
    const hit = Array.from({ length: PRACTICE_SIZE }, (_, i) => site * PRACTICE_SIZE + i).filter(
      (machine) => machine < this.#machines && this.#random.chance(share),
    )
    const othersAlive = hit.length < PRACTICE_SIZE
    return hit.flatMap((machine) => {
      const at = s + SHOCK_SECONDS * this.#random.next()
      return [
        { type: 'silent', at: ms(at + SILENCE_SECONDS), machine, lastHeard: ms(at), othersAlive },
        { type: 'online', at: ms(s + SILENCE_SECONDS + SHOCK_SECONDS + back), machine, boot: 1, previousEnd: 'same' },
      ] satisfies Observation[]
    })
  }

  #gap(mean: number): number {
    return -mean * Math.log1p(-this.#random.next())
  }

  #silence(s: number, machine: number, more: number): readonly Observation[] {
    return [
      { type: 'silent', at: ms(s + SILENCE_SECONDS), machine, lastHeard: ms(s), othersAlive: true },
      { type: 'online', at: ms(s + SILENCE_SECONDS + 1 + more), machine, boot: 1, previousEnd: 'same' },
    ]
  }
}

export const ms = (seconds: number): number => START + Math.floor(seconds * 1_000)
/** How long silence takes to be silence. */
export const SILENCE_SECONDS = 40
/** Within so many seconds a shock takes a practice's machines. */
export const SHOCK_SECONDS = 5
export const siteOf = (machine: number): number => Math.floor(machine / PRACTICE_SIZE)
/** From a blue screen to its report at the next start. */
export const REPORT_SECONDS = 35

export function crash(s: number, machine: number, id: string, culprit: string): Observation[] {
  const at = ms(s + REPORT_SECONDS)
  return [
    { type: 'online', at, machine, boot: 2 + Math.floor(s), previousEnd: 'bugcheck' },
    {
      type: 'crash',
      at,
      machine,
      id,
      occurredAt: ms(s),
      kind: 'bugcheck',
      stopCode: 0x50,
      culprit,
      uptimeSeconds: 7_200,
    },
  ]
}

/** @param away seconds; Infinity for one that does not come back */
export function restart(s: number, machine: number, away: number, boot: number): Observation[] {
  const said: Observation = { type: 'goodbye', at: ms(s), machine, reason: 'restart' }
  if (!Number.isFinite(away)) return [said]
  return [said, { type: 'online', at: ms(s + away), machine, boot, previousEnd: 'clean' }]
}

/** Seconds that a restart takes: a minute and something, or hours; for ever with a chance of `bad`. */
export function returnAfter(random: Random, bad: number): number {
  if (random.chance(bad)) return Number.POSITIVE_INFINITY
  if (random.chance(BACKGROUND.noReturn)) return random.uniform(3_600, 14_400)
  return 60 - 60 * Math.log1p(-random.next())
}

/** Chance that a healthy machine is still away so long after it said that it restarts. */
export function awayStill(seconds: number): number {
  const { noReturn } = BACKGROUND
  return noReturn + (1 - noReturn) * (seconds < 60 ? 1 : Math.exp(-(seconds - 60) / 60))
}
