import type { Evidence } from '../counts/evidence.ts'
import type { Ledger, Scales } from '../counts/scales.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { MEMORIES, type MemoryId } from '../numbers/memory.ts'
import { timesElsewhere } from '../suspects/elsewhere.ts'
import { lookBack, riseBefore } from '../suspects/rise.ts'
import { type AtItsTime, strongest, type Test } from '../suspects/strength.ts'
import { NEW_SECONDS } from '../suspects/threshold.ts'
import { FRESH, inWindow, LEFT, WINDOWS_SINCE, WITHIN_DAY, type WindowId } from '../words/ages.ts'
import { ABSENT, APP, LONG_GONE, LOSS, NO_RETURN, SERVICE, SITE } from '../words/classes.ts'
import { type FailureRecord, hadFact, isOf, voteOf } from '../words/failure.ts'
import type { FactId, SiteId, Slot } from '../words/ids.ts'
import { classOf, ruleOf, type Subject } from '../words/subject.ts'
import type { Casebook } from './casebook.ts'

/** Evidence for a raised test goes back this many memories, and at least ten minutes. */
const LOOK_BACK = 2.5
const LEAST_LOOK_BACK = 600

/** Practices that go dark within this many seconds of one another, if they are most of them, share a network. */
const TOGETHER_SECONDS = 20
const TOGETHER_LEAST = 3
const TOGETHER_SHARE = 0.4
/** Machines of one practice that stay away from restarts announced within this may have lost a switch or a fuse meanwhile. */
const CUT_SECONDS = 600

/** Machines that must have failed: fewer may be ill each by itself. */
export const LEAST_MACHINES = 3
/** Two, of two practices, where both blame the suspect's own driver. */
export const LEAST_OWNERS = 2
/** Failures are blue screens where this share of them is. */
const BUGCHECKS_SHARE = 0.5
/** Machines of a practice that stay away from their restarts, or lose their sensor's service: more than the unlucky one. */
const SEVERAL = 3
/**
 * Blue screens of so many machines of one practice, and of this share of all that are there, within a day of what came to
 * them, whatever they blame: a pilot is for that, and no bad batch of hardware stops so many in a day. Or sensors' services
 * that die within minutes of what came to their machines, or machines that one after the other stay away from the restart
 * that brought it.
 */
const PILOT_LEAST = 5
const PILOT_SHARE = 0.1
/** Enough practices for what no shock of a place brings: blue screens, and what spares the neighbours of those that fail. */
const TWO_PRACTICES = 2
/** For a model of hardware, which no update brought: what a practice bought together is old or flawed together. */
const MODEL_PRACTICES = 3

/** Incidents that one class can raise in one sitting, and facts that are looked at closely for one. */
const MAX_RAISED = 4
const MAX_TRIED = 8

/** So many machines that came otherwise have to fail too, where all others that failed came by one way. */
const LEAST_OTHERS_FAILED = 2
/** Connected machines of other origins for each that failed, from which on they would be heard of: a small fleet's first ones are its fleet. */
const OTHERS_FOR_EACH = 5

/** Failures of machines of one origin, of which nothing is raised. */
export interface Doubt {
  readonly fact: FactId
  /** How many failed. */
  readonly machines: number
  /** Ms epoch. */
  readonly at: number
}

/** Tests every fact of a machine that failed, and raises the strongest that passes. Seconds epoch. */
export class Judge {
  /** The alarm budget, false incidents per fleet-year, of every test from the next one on; what is open stays so. */
  alpha: number
  /** What was last not raised, since all its machines came lately by one way. */
  doubt: Doubt | undefined
  readonly #fleet: Fleet
  readonly #ledger: Ledger
  readonly #scales: Scales
  readonly #evidence: Evidence
  readonly #casebook: Casebook
  #fresh = 0
  #waiting: FailureRecord[] = []

  constructor(parts: {
    fleet: Fleet
    ledger: Ledger
    scales: Scales
    evidence: Evidence
    casebook: Casebook
    alpha: number
  }) {
    this.#fleet = parts.fleet
    this.#ledger = parts.ledger
    this.#scales = parts.scales
    this.#evidence = parts.evidence
    this.#casebook = parts.casebook
    this.alpha = parts.alpha
  }

  /** Counts the facts that are new to the fleet, among which their part of the budget is shared. Once a minute is enough. */
  countFresh(now: number): void {
    const { slots } = this.#ledger.exposure
    let fresh = 0
    for (const slot of slots.used()) if (this.#isNew(slot, now)) fresh++
    this.#fresh = fresh
  }

  /** A failure was counted, and waits for the next sitting. */
  await(record: FailureRecord): void {
    this.#waiting.push(record)
  }

  /** The failures that wait are counted, and nothing more comes of them. */
  adjourn(): void {
    this.#waiting = []
  }

  /**
   * Judges the failures that wait, class by class: each fact once, however many machines failed. So a sitting costs the
   * number of facts involved, and not that of machines.
   */
  sit(now: number): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    const classes = [...new Set(waiting.flatMap((r) => r.classes))]
    for (const cls of classes.toSorted((a, b) => a - b)) {
      this.#judgeSubject(
        cls,
        waiting.filter((r) => r.classes.includes(cls)),
        now,
      )
    }
    const marks = new Map(waiting.flatMap(({ mark }) => (mark === null ? [] : [[mark.key, mark]])))
    for (const mark of marks.values()) {
      this.#judgeSubject(
        mark,
        waiting.filter((r) => isOf(r, mark)),
        now,
      )
    }
  }

  #judgeSubject(subject: Subject, records: readonly FailureRecord[], now: number): void {
    for (let raised = 0; raised < MAX_RAISED; raised++) {
      const counted = records.filter((r) => r.state === 'counted')
      if (counted.length === 0) return
      const tests = [...windowsOf(counted)].flatMap(([fact, windows]) => this.#test(fact, windows, subject, now) ?? [])
      const passed = tests.filter((t) => margin(t) >= 0).toSorted((a, b) => margin(b) - margin(a) || a.fact - b.fact)
      if (!passed.slice(0, MAX_TRIED).some((test) => this.#raise(test, now))) return
    }
  }

  #test(fact: FactId, windows: ReadonlySet<WindowId>, subject: Subject, now: number): Test | null {
    const { slots } = this.#ledger.exposure
    const slot = slots.find(fact)
    if (slot < 0) return null
    const facts = { fresh: this.#fresh, all: slots.active }
    const { facts: registry } = this.#ledger
    const alpha = (this.alpha * timesElsewhere(registry, fact)) / registry.doubt(fact)
    const budget = { alpha, isNew: this.#isNew(slot, now), facts }
    const age = now - this.#ledger.exposure.born(slot)
    return strongest(this.#scales, { fact, age, windows }, subject, budget, (j) =>
      this.#atItsTime(fact, slot, subject, j, now),
    )
  }

  /**
   * What a young fact is compared with at its own time: machines without it since it came; and its component's machines
   * before, for a rise that had begun is not its doing.
   */
  #atItsTime(fact: FactId, slot: Slot, subject: Subject, j: MemoryId, now: number): AtItsTime {
    const ledger = this.#ledger
    const scales = this.#scales
    const kin = new Set(ledger.facts.namesakes(fact))
    const records = this.#evidence.of(subject, lookBack(j, now)).filter((r) => !this.#isExplainedWithout(kin, r))
    const roseBefore = riseBefore({ ledger, scales }, fact, subject, j, records, now)
    const born = ledger.exposure.born(slot)
    const age = now - born
    if (age <= 0 || age >= MEMORIES[j]) return { roseBefore, controls: null }
    const counted = records.filter((r) => r.state === 'counted' && r.failedAt >= born)
    // what was replaced before the bad hours were over is not compared with the calm ones after them
    const until = counted.reduce((latest, r) => (r.facts.includes(fact) ? Math.max(latest, r.failedAt) : latest), born)
    const lived = until > born ? Math.min(1, (until - born) / age) : 1
    const observed = counted.reduce((sum, r) => {
      const isControl = !r.facts.includes(fact) && !r.former.includes(fact)
      return isControl && (lived === 1 || r.failedAt <= until) ? sum + voteOf(r, subject, j) : sum
    }, 0)
    const controlsExpected = lived * scales.controlsExpectedWithin(fact, subject, j, age)
    return { roseBefore, controls: { controlsObserved: observed, controlsExpected } }
  }

  /**
   * Whether an incident that is open explains the failure, and blames something else than these versions of a component:
   * of one that blames yesterday's content, the failures speak for today's.
   */
  #isExplainedWithout(kin: ReadonlySet<FactId>, record: FailureRecord): boolean {
    if (record.incident === 0) return false
    const incident = this.#casebook.find(record.incident)
    return incident?.open === true && !kin.has(incident.fact)
  }

  #raise(test: Test, now: number): boolean {
    const { fact, subject, window, j } = test
    const from = now - Math.max(LEAST_LOOK_BACK, LOOK_BACK * MEMORIES[j])
    const records = this.#evidence.of(subject, from).filter((r) => r.state === 'counted' && hadFact(r, fact, window))
    const isSpreadEnough =
      this.#isPilot(test, records) ||
      (this.#scales.isOwn(fact, subject) && areSeveralInTwo(records)) ||
      isSpread(test, records, {
        isOwners: this.#isOwners(test),
        isModel: this.#ledger.facts.get(fact).kind === 'model',
        isOneRegion: this.#fleet.isOneRegion,
      })
    if (!isSpreadEnough || this.#isOfOneOrigin(fact, records, now)) return false
    return this.#casebook.raise(test, records, now)
  }

  /**
   * Whether all that failed are machines that came lately by one way, in a fleet of many others: whoever made them up may have
   * waited until each counts. What is true of the version others find out too, and nothing of it is forgotten meanwhile.
   */
  #isOfOneOrigin(fact: FactId, records: readonly FailureRecord[], now: number): boolean {
    const { machines, origins } = this.#fleet
    const failed = new Set(records.map(({ machine }) => machine))
    const byOrigin = new Map<string, number>()
    for (const machine of failed) {
      const origin = origins.of(machine, now)
      if (origin !== undefined) byOrigin.set(origin, (byOrigin.get(origin) ?? 0) + 1)
    }
    const [one] = [...byOrigin].toSorted(([, a], [, b]) => b - a)
    if (!one || failed.size - one[1] >= LEAST_OTHERS_FAILED) return false
    const enough = OTHERS_FOR_EACH * failed.size
    let others = 0
    for (const machine of machines.known()) {
      if (!machines.isConnected(machine) || !machines.hasVoice(machine) || origins.of(machine, now) === one[0]) continue
      if (++others < enough) continue
      this.doubt = { fact, machines: one[1], at: now * 1000 }
      return true
    }
    return false
  }

  /**
   * Whether so many machines of one practice show blue screens soon after the suspect came, or lose their sensor's service
   * or do not start at once, that the others need not.
   */
  #isPilot({ fact, subject, window, j }: Test, records: readonly FailureRecord[]): boolean {
    if (window === LEFT) return false
    const soon = areCrashes(records) ? WITHIN_DAY : CUTS_NOTHING.has(subject) ? FRESH : undefined
    if (soon === undefined) return false
    const cut = subject === NO_RETURN || subject === LONG_GONE ? CUT_SECONDS : TOGETHER_SECONDS
    // of no weight is who stayed away with the whole practice
    const practices = Map.groupBy(
      records.filter((record) => hadFact(record, fact, soon) && voteOf(record, subject, j) > 0),
      ({ site }) => site,
    )
    return [...practices].some(([site, failures]) => {
      const machines = new Map(failures.map(({ machine, failedAt }) => [machine, failedAt]))
      if (machines.size < Math.max(PILOT_LEAST, PILOT_SHARE * this.#fleet.machinesOf(site).length)) return false
      return !wentTogether([...machines.values()], cut)
    })
  }

  /** Whether the crashes blame a driver that belongs to the suspect itself: of programs a practice's server may be down. */
  #isOwners({ fact, subject }: Test): boolean {
    return classOf(subject) !== APP && this.#scales.isOwn(fact, subject)
  }

  #isNew(slot: Slot, now: number): boolean {
    return now - this.#ledger.exposure.born(slot) < NEW_SECONDS
  }
}

/**
 * The facts of machines that failed, with the windows in which a failure lies: a window that none lies in has no news, and
 * the quiet that passes speaks for nothing.
 */
function windowsOf(records: readonly FailureRecord[]): Map<FactId, Set<WindowId>> {
  const all = new Map<FactId, Set<WindowId>>()
  const of = (fact: FactId): Set<WindowId> => {
    let windows = all.get(fact)
    if (!windows) all.set(fact, (windows = new Set()))
    return windows
  }
  for (const { facts, ages, former } of records) {
    facts.forEach((fact, i) => {
      const windows = of(fact)
      for (const window of WINDOWS_SINCE) if (inWindow(ages[i] ?? Number.NaN, window)) windows.add(window)
    })
    for (const fact of former) of(fact).add(LEFT)
  }
  return all
}

function margin(test: Test): number {
  return test.logThreshold - test.logP
}

/**
 * Whether the failures are spread over machines and practices, and for silence over regions and moments. Blue screens
 * need fewer practices than silence, and one region, for no power cut makes a driver fault; one practice suffices where they
 * blame the suspect's own driver, or where machines fall silent one after the other, each when something came to it. An organisation of one region has no second in which machines could not start; but of one
 * in which they fall silent its network is the likelier cause, so that their neighbours have to prove it.
 */
function isSpread(
  { subject, provedWithin, isWithinAlone = false }: Test,
  records: readonly FailureRecord[],
  { isOwners, isModel, isOneRegion }: { isOwners: boolean; isModel: boolean; isOneRegion: boolean },
): boolean {
  const rule = ruleOf(subject)
  const areBugchecks = areCrashes(records)
  // who comes in the morning the people of a practice decide together, on part of its machines too
  const isNoShock = provedWithin && subject !== ABSENT
  const isNoCut = CUTS_NOTHING.has(subject) && areSeveralInTwo(records)
  const fewer = areBugchecks || isNoShock || isNoCut ? TWO_PRACTICES : rule.practices
  const isOneByOne = isWithinAlone && !wentTogether(records.map(({ failedAt }) => failedAt))
  const least = isModel ? Math.max(MODEL_PRACTICES, rule.practices) : Math.min(fewer, rule.practices)
  const practices = isOwners || isOneByOne ? 1 : least
  const machines = new Set(records.map((r) => r.machine)).size
  const sites = new Map<SiteId, number>()
  for (const r of records) sites.set(r.site, r.failedAt)
  if (machines < (isOwners && sites.size >= LEAST_OWNERS ? LEAST_OWNERS : LEAST_MACHINES)) return false
  const isNoNetwork = isNoShock || areBugchecks || (isOneRegion && subject !== LOSS && subject !== SITE)
  if (sites.size < practices || new Set(records.map((r) => r.region)).size < (isNoNetwork ? 1 : rule.regions))
    return false
  return subject !== SITE || !wentTogether([...sites.values()])
}

function areCrashes(records: readonly FailureRecord[]): boolean {
  return records.filter((r) => r.crashKind === 'bugcheck').length >= BUGCHECKS_SHARE * records.length
}

/** What no cut of power or line brings to several machines of two practices. */
const CUTS_NOTHING: ReadonlySet<Subject> = new Set<Subject>([NO_RETURN, LONG_GONE, SERVICE])

/** Whether several machines of each of two practices failed. */
function areSeveralInTwo(records: readonly FailureRecord[]): boolean {
  const practices = [...Map.groupBy(records, ({ site }) => site).values()]
  return practices.filter(({ length }) => length >= SEVERAL).length >= TWO_PRACTICES
}

function wentTogether(times: readonly number[], within = TOGETHER_SECONDS): boolean {
  const sorted = times.toSorted((a, b) => a - b)
  let most = 0
  for (let i = 0, k = 0; i < sorted.length; i++) {
    while ((sorted[i] ?? 0) - (sorted[k] ?? 0) > within) k++
    most = Math.max(most, i - k + 1)
  }
  return most > Math.max(TOGETHER_LEAST, TOGETHER_SHARE * sorted.length)
}
