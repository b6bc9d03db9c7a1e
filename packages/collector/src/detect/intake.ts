import type { Casebook } from './cases/casebook.ts'
import type { Counts } from './counts/counts.ts'
import type { Evidence } from './counts/evidence.ts'
import type { Exposed, Strata } from './counts/strata.ts'
import type { Votes } from './counts/votes.ts'
import type { Failures } from './failures.ts'
import type { Absences, Due } from './fleet/absence.ts'
import type { Fleet } from './fleet/fleet.ts'
import { BEFORE_WE_LOOKED } from './fleet/inventory.ts'
import { Restarts } from './fleet/restarts.ts'
import { DAY } from './numbers/seconds.ts'
import { FRESH_SECONDS, inWindow, WITHIN_DAY } from './words/ages.ts'
import {
  ABSENT,
  APP,
  BOOT,
  type ClassId,
  CRASH,
  HARD,
  LONG_GONE,
  LOSS,
  NO_RETURN,
  PER_BOOT,
  PER_EARLY_SHUTDOWN,
  PER_LONG_RESTART,
  PER_RESTART,
  PER_RETURN,
  PER_SHUTDOWN,
  REPORTED,
  SERVICE,
  SITE,
} from './words/classes.ts'
import type { FactRegistry } from './words/facts.ts'
import { type FailureRecord, isLate, SAME_CRASH_SECONDS } from './words/failure.ts'
import { type FactId, isId, type MachineId, NO_REGION, type RegionId, type SiteId } from './words/ids.ts'
import type {
  ComponentObservation,
  CrashObservation,
  GoodbyeObservation,
  MachineObservation,
  Observation,
  OnlineObservation,
  SilentObservation,
} from './words/observation.ts'
import { markOf } from './words/subject.ts'

/** A machine heard again with the same boot within this was cut off, not down. */
const BLIP_SECONDS = 180
/** A failure within this time of a boot is a boot failure. */
const BOOT_SECONDS = 900
/** After the collector was blind, silence proves nothing for this long. */
const BLIND_SECONDS = 300
/** Who is well is back within this time after we were blind; who is not, fell by then. */
const RECONNECT_SECONDS = 60
/** Blind for no longer than this: who was here before and is not heard again has vanished. After a longer time many have gone home. */
const SHORT_BLINDNESS_SECONDS = 600
/** A crash older than this when it is reported is history. */
const STALE_CRASH_SECONDS = DAY
/** Crash ids remembered, for repeated reports; a machine repeats within its spool's lifetime. */
const MAX_CRASH_IDS = 100_000
/** An arrival that is said to be in the future is taken to be now; one older than this, to have always been there. */
const OLDEST_ARRIVAL_SECONDS = 30 * DAY

/** What is counted of a restart's outcome by each horizon, and against what. */
const OUTCOMES = { soon: [NO_RETURN, PER_RESTART], hour: [LONG_GONE, PER_LONG_RESTART] } as const

interface Parts {
  readonly facts: FactRegistry
  readonly fleet: Fleet
  readonly counts: Counts
  readonly votes: Votes
  readonly absences: Absences
  readonly mornings: Strata
  readonly casebook: Casebook
  readonly failures: Failures
}

/** What an observation means: who is here since when, what it has, and which silences and reports are failures. */
export class Intake {
  readonly #parts: Parts
  #blindUntil = 0
  /** Machines that were here when we went blind and have not been heard since. */
  #awaited = new Set<MachineId>()
  /** Failures that are known by silence, until the machine is heard again. */
  readonly #silentSince = new Map<MachineId, FailureRecord>()
  /** A machine's last crash, where it was reported without a culprit. */
  readonly #unnamed = new Map<MachineId, FailureRecord>()
  /** Failures that people reported, until the machine is heard again. */
  readonly #reportedSince = new Map<MachineId, FailureRecord>()
  readonly #restarts = new Restarts()
  /** The silences of machines that are back from them by a bugcheck, until they tell the crash. */
  readonly #stopped = new Map<MachineId, FailureRecord>()
  #crashIds = new Set<string>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Takes one observation; `now` is its moment, seconds epoch. */
  take(observation: Observation, now: number): void {
    if (observation.type === 'blind') {
      const { since } = observation
      return this.#goBlind(now, since === undefined || !Number.isFinite(since) ? Infinity : now - since / 1000)
    }
    const { machine } = observation
    if (!isId<MachineId>(machine)) return
    if (observation.type === 'machine') return this.#machine(machine, observation, now)
    if (!this.#parts.fleet.machines.isKnown(machine)) return
    switch (observation.type) {
      case 'online':
        return this.#online(machine, observation, now)
      case 'component':
        return this.#component(machine, observation, now)
      case 'crash':
        return this.#crash(machine, observation, now)
      case 'goodbye':
        return this.#goodbye(machine, observation, now)
      case 'silent':
        return this.#silent(machine, observation, now)
      case 'reported':
        return this.#reported(machine, now)
      case 'service-down':
        return void this.#parts.failures.fail({ machine, failedAt: now, classes: [SERVICE] }, now)
    }
  }

  #machine(machine: MachineId, { site, region, voice = true, origin }: MachineObservation, now: number): void {
    if (!isId<SiteId>(site)) return
    const { machines } = this.#parts.fleet
    const isNew = !machines.isKnown(machine)
    this.#parts.fleet.place(machine, site, isId<RegionId>(region) ? region : NO_REGION)
    this.#parts.fleet.setVoice(machine, voice)
    this.#parts.fleet.origins.put(machine, origin)
    if (isNew) machines.watchedSince[machine] = Math.max(0, Math.floor(now))
    this.#parts.votes.reserve(this.#parts.fleet.sites)
  }

  #online(machine: MachineId, { boot, previousEnd, bootedAt }: OnlineObservation, now: number): void {
    const { machines } = this.#parts.fleet
    const sameBoot = machines.boot[machine] === boot >>> 0 && (machines.bootAt[machine] ?? 0) > 0
    this.#awaited.delete(machine)
    this.#restarts.back(machine, now)
    const silence = this.#silentSince.get(machine)
    this.#silentSince.delete(machine)
    if (silence) this.#backFromSilence(silence, sameBoot || previousEnd === 'same', previousEnd, now)
    const report = this.#reportedSince.get(machine)
    this.#reportedSince.delete(machine)
    // it ran on, or was shut down as usual: whoever said so was mistaken
    if (report && (sameBoot || previousEnd === 'same' || previousEnd === 'clean'))
      this.#parts.failures.takeBack(report, now)
    const shutAt = machines.shutAt[machine] ?? 0
    if (shutAt > 0) {
      this.#parts.absences.returned(machine, shutAt, now)
      machines.shutAt[machine] = 0
    }
    this.#parts.fleet.connect(machine)
    if (sameBoot) return
    machines.boot[machine] = boot >>> 0
    const began = bootedAt === undefined || !Number.isFinite(bootedAt) ? now : Math.min(now, bootedAt / 1000)
    // Its boot is older than our knowledge of it: no boot was seen, so none is counted.
    if (previousEnd === 'same') {
      machines.bootAt[machine] = Math.max(
        1,
        machines.bootAt[machine] ?? 0,
        bootedAt === undefined ? 0 : Math.floor(began),
      )
      return
    }
    machines.bootAt[machine] = Math.max(1, Math.floor(began))
    // A machine that is met for the first time may have run for days.
    if (now - began < BOOT_SECONDS) this.#parts.fleet.countUnit(PER_BOOT, machine, now)
  }

  #backFromSilence(silence: FailureRecord, sameBoot: boolean, previousEnd: string, now: number): void {
    const late = isLate(silence)
    // A slow restart is part of the normal rate, so it stays counted; but the machine did not fail.
    if (late && (sameBoot || previousEnd === 'clean')) return this.#parts.casebook.cameBack(silence, now)
    const blip = sameBoot && now - silence.failedAt < BLIP_SECONDS
    if (blip || (!sameBoot && previousEnd === 'clean')) return this.#parts.failures.takeBack(silence, now)
    if (sameBoot) return this.#parts.casebook.ranOn(silence, now)
    const unclean = previousEnd === 'unexpected' || previousEnd === 'bugcheck'
    if (previousEnd === 'bugcheck') this.#stopped.set(silence.machine, silence)
    if (unclean && silence.classes[0] === LOSS) {
      this.#parts.failures.fail(
        { machine: silence.machine, failedAt: silence.failedAt, classes: [HARD], bugcheck: previousEnd === 'bugcheck' },
        now,
      )
    }
  }

  #component(machine: MachineId, { fact, change, since }: ComponentObservation, now: number): void {
    if (!isId<FactId>(fact)) return
    if (change === 'removed')
      return this.#parts.fleet.lose(
        machine,
        fact,
        since === null || !Number.isFinite(since) ? now : Math.min(now, since / 1000),
        now,
      )
    const isUpdate = change === 'arrived'
    const known = since === null || !Number.isFinite(since) ? (isUpdate ? now : BEFORE_WE_LOOKED) : since / 1000
    const arrived = known < now - OLDEST_ARRIVAL_SECONDS ? BEFORE_WE_LOOKED : Math.min(now, known)
    if (!this.#parts.fleet.gain(machine, fact, arrived, now)) return
    this.#parts.counts.reserve()
    if (isUpdate && arrived !== BEFORE_WE_LOOKED) this.#parts.failures.hadAfterAll(machine, fact, arrived, now)
  }

  #crash(machine: MachineId, crash: CrashObservation, now: number): void {
    const { culprit } = crash
    const id = `${machine}/${crash.id}`
    if (this.#crashIds.has(id)) return
    this.#crashIds.add(id)
    if (this.#crashIds.size > MAX_CRASH_IDS) this.#crashIds.delete(this.#crashIds.values().next().value ?? '')
    const failedAt = Math.min(now, crash.occurredAt / 1000)
    if (!(now - failedAt < STALE_CRASH_SECONDS)) return
    if (crash.kind === 'bugcheck' && !this.#isNews(machine, failedAt, culprit, now)) return
    if (crash.kind === 'service')
      return void this.#parts.failures.fail({ machine, failedAt, classes: [SERVICE], crash }, now)
    if (crash.kind !== 'bugcheck') {
      const mark = culprit === null ? {} : { mark: markOf(APP, culprit) }
      return void this.#parts.failures.fail({ machine, failedAt, classes: [APP], crash, ...mark }, now)
    }
    const stopped = this.#stopped.get(machine)
    this.#stopped.delete(machine)
    // whoever was not heard by then may have got what an incident blames, and lost it again, unheard
    const presumed = this.#wasUnheard(stopped, failedAt) ? this.#presumed(machine, this.#suspects()) : []
    const atBoot = crash.uptimeSeconds !== null && crash.uptimeSeconds < BOOT_SECONDS
    const mark = culprit === null ? {} : { mark: markOf(atBoot ? BOOT : CRASH, culprit) }
    const classes: ClassId[] = atBoot ? [BOOT] : [CRASH, HARD]
    // a machine has one voice: its report says more than its silence did, which was counted under the same class
    if (atBoot && stopped?.classes[0] === BOOT && stopped.state === 'counted')
      this.#parts.failures.takeBack(stopped, now)
    const record = this.#parts.failures.fail({ machine, failedAt, classes, crash, presumed, ...mark }, now)
    if (record && culprit === null) this.#unnamed.set(machine, record)
  }

  /**
   * One crash may be told twice, under two ids: at first sight, and when its dump has been read. The second telling counts
   * instead of the first where it names a culprit, and else not at all.
   */
  #isNews(machine: MachineId, failedAt: number, culprit: string | null, now: number): boolean {
    const before = this.#parts.fleet.machines.lastCrash[machine] ?? 0
    if (before === 0 || Math.abs(failedAt - before) > SAME_CRASH_SECONDS) return true
    const unnamed = this.#unnamed.get(machine)
    if (culprit === null || !unnamed) return false
    this.#unnamed.delete(machine)
    if (unnamed.state === 'counted') this.#parts.failures.takeBack(unnamed, now)
    return true
  }

  /**
   * Whether the machine had fallen silent before this crash, the first that it tells since. Of a loop of which it tells the
   * latest alone, the first was when it fell silent: that is noted, unless its whole practice was not heard then.
   */
  #wasUnheard(stopped: FailureRecord | undefined, failedAt: number): boolean {
    if (!stopped || failedAt - stopped.failedAt <= SAME_CRASH_SECONDS) return false
    if (stopped.classes[0] !== SITE) this.#parts.failures.noteCrash(stopped.machine, stopped.failedAt)
    return true
  }

  #goodbye(machine: MachineId, { reason }: GoodbyeObservation, now: number): void {
    const { machines } = this.#parts.fleet
    const silence = this.#silentSince.get(machine)
    this.#silentSince.delete(machine)
    if (silence) this.#parts.failures.takeBack(silence, now)
    if (!machines.isConnected(machine)) return
    this.#parts.fleet.disconnect(machine)
    // nobody waits for those that do not count
    if (!machines.hasVoice(machine)) return
    if (reason === 'shutdown') {
      machines.shutAt[machine] = Math.floor(now)
      const isEarly = now - (machines.bootAt[machine] ?? 0) < BOOT_SECONDS
      this.#parts.fleet.countUnit(isEarly ? PER_EARLY_SHUTDOWN : PER_SHUTDOWN, machine, now)
    }
    if (reason !== 'restart') return
    this.#restarts.announce(machine, machines.siteOf(machine), this.#cameWithRestart(machine, now), now)
  }

  /** Windows builds and firmware that came just before the machine restarts: they may make a good restart a long one. */
  #cameWithRestart(machine: MachineId, now: number): FactId[] {
    const { present, ages } = this.#parts.fleet.factsAt(machine, now)
    return present.filter((fact, i) => {
      const { kind } = this.#parts.facts.get(fact)
      return (kind === 'os' || kind === 'firmware') && (ages[i] ?? Number.POSITIVE_INFINITY) <= FRESH_SECONDS
    })
  }

  #silent(machine: MachineId, { lastHeard, othersAlive }: SilentObservation, now: number): void {
    const { machines } = this.#parts.fleet
    const wasHere = machines.isConnected(machine)
    if (!wasHere && !this.#awaited.delete(machine)) return
    this.#parts.fleet.disconnect(machine)
    const failedAt = Number.isFinite(lastHeard) ? Math.min(now, lastHeard / 1000) : now
    const sinceBoot = failedAt - (machines.bootAt[machine] ?? 0)
    const cls = !othersAlive ? SITE : sinceBoot < BOOT_SECONDS ? BOOT : LOSS
    // Just after we were blind a silence is no evidence; but an incident that explains it lists the machine.
    const voice = wasHere && now >= this.#blindUntil ? {} : { weight: 0 }
    const record = this.#parts.failures.fail({ machine, failedAt, classes: [cls], ...voice }, now)
    if (record) this.#silentSince.set(machine, record)
  }

  #reported(machine: MachineId, now: number): void {
    if (this.#parts.fleet.machines.isConnected(machine)) return
    const record = this.#parts.failures.fail({ machine, failedAt: now, classes: [REPORTED] }, now)
    if (record) this.#reportedSince.set(machine, record)
  }

  /** Every connection begins anew; after a longer time nobody is expected back. */
  #goBlind(now: number, seconds: number): void {
    const { machines } = this.#parts.fleet
    this.#blindUntil = now + BLIND_SECONDS
    const isShort = seconds <= SHORT_BLINDNESS_SECONDS
    if (!isShort) this.#awaited.clear()
    for (const machine of machines.known()) {
      if (isShort && machines.isConnected(machine)) this.#awaited.add(machine)
      this.#parts.fleet.disconnect(machine)
    }
    if (isShort) return
    this.#silentSince.clear()
    this.#reportedSince.clear()
    this.#restarts.clear()
    this.#parts.absences.clear()
  }

  /**
   * Machines that said they restart and did not come back. Where nobody of their practice is heard its power or its line
   * may have failed: that is no evidence, but an incident that is open lists them.
   */
  expectReturns(now: number): void {
    if (now < this.#blindUntil) return
    this.#giveUpAwaited(now)
    for (const { machine, saidAt, weight, horizon, isBack } of this.#restarts.outcomes(now)) {
      const isDark = !isBack && this.#parts.fleet.aliveAt(this.#parts.fleet.machines.siteOf(machine)) === 0
      const [cls, unit] = OUTCOMES[horizon]
      if (!isDark) this.#parts.fleet.countUnit(unit, machine, saidAt, weight)
      if (isBack) continue
      const failure = { machine, failedAt: saidAt, classes: [cls], weight: isDark ? 0 : weight }
      const record = this.#parts.failures.fail(failure, now)
      if (record) this.#silentSince.set(machine, record)
    }
  }

  /** Who was here when we went blind, and has not come since, vanished meanwhile: no evidence, but on an incident's list. */
  #giveUpAwaited(now: number): void {
    if (this.#awaited.size === 0) return
    const failedAt = this.#blindUntil - BLIND_SECONDS + RECONNECT_SECONDS
    const suspects = this.#suspects()
    for (const machine of this.#awaited) {
      const presumed = this.#presumed(machine, suspects)
      const record = this.#parts.failures.fail({ machine, failedAt, classes: [LOSS], weight: 0, presumed }, now)
      if (record) this.#silentSince.set(machine, record)
    }
    this.#awaited.clear()
  }

  /** What open incidents blame, with all versions of its component. */
  #suspects(): (readonly [FactId, readonly FactId[]])[] {
    const { casebook, facts } = this.#parts
    return [...new Set(casebook.open.map(({ fact }) => fact))].map((fact) => [fact, facts.namesakes(fact)] as const)
  }

  /** Those of the suspects that the machine may have got unheard: it has another version of the component. */
  #presumed(machine: MachineId, suspects: readonly (readonly [FactId, readonly FactId[]])[]): FactId[] {
    const has = (fact: FactId) => this.#parts.fleet.inventory.arrival(machine, fact) !== null
    return suspects.flatMap(([fact, versions]) => (!has(fact) && versions.some(has) ? [fact] : []))
  }

  /** Mornings are judged. */
  judgeMornings(now: number): void {
    const due = this.#parts.absences.judge(now)
    const { machines } = this.#parts.fleet
    for (const practice of Map.groupBy(due, ({ machine }) => machines.siteOf(machine)).values())
      this.#parts.mornings.add(
        practice.map((d) => this.#exposedOf(d)),
        now,
      )
    for (const { machine, shutAt, weight } of due) this.#parts.fleet.countUnit(PER_RETURN, machine, shutAt, weight)
    for (const { machine, shutAt, weight, back } of due) {
      if (back) continue
      machines.shutAt[machine] = 0
      const record = this.#parts.failures.fail({ machine, failedAt: shutAt, classes: [ABSENT], weight }, now)
      if (record) this.#silentSince.set(machine, record)
    }
  }

  /** A machine that was due, with what came to it in the day before it was shut. */
  #exposedOf({ machine, shutAt, back }: Due): Exposed {
    const { present, ages } = this.#parts.fleet.factsAt(machine, shutAt)
    return { failed: !back, facts: present.filter((_, i) => inWindow(ages[i] ?? Number.POSITIVE_INFINITY, WITHIN_DAY)) }
  }

  save() {
    const key = ([machine, record]: [MachineId, FailureRecord]) => [machine, record.knownAt] as const
    return {
      blindUntil: this.#blindUntil,
      awaited: [...this.#awaited],
      silent: [...this.#silentSince].map(key),
      reported: [...this.#reportedSince].map(key),
      unnamed: [...this.#unnamed].map(key),
      stopped: [...this.#stopped].map(key),
      restarts: this.#restarts.save(),
      crashIds: [...this.#crashIds],
    }
  }

  /** @param evidence loaded before, for the records that are in it */
  load(saved: ReturnType<Intake['save']>, evidence: Evidence): void {
    this.#blindUntil = saved.blindUntil
    this.#awaited = new Set(saved.awaited)
    const known = new Map<string, FailureRecord>()
    for (const record of evidence.since(0)) known.set(`${record.machine}/${record.knownAt}`, record)
    const fill = (map: Map<MachineId, FailureRecord>, keys: (typeof saved)['silent']) => {
      for (const [machine, knownAt] of keys) {
        const record = known.get(`${machine}/${knownAt}`)
        if (record) map.set(machine, record)
      }
    }
    fill(this.#silentSince, saved.silent)
    fill(this.#reportedSince, saved.reported)
    fill(this.#unnamed, saved.unnamed)
    // one that was saved by an earlier version has none
    fill(this.#stopped, saved.stopped ?? [])
    this.#restarts.load(saved.restarts)
    this.#crashIds = new Set(saved.crashIds)
  }
}
