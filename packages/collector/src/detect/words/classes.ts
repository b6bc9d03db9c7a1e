import { MEMORY_COUNT } from '../numbers/memory.ts'
import { HOUR } from '../numbers/seconds.ts'
import type { FailureClass } from './finding.ts'

/** What a class of failure is counted against. */
export const PER_TIME = 0
export const PER_RESTART = 1
export const PER_BOOT = 2
export const PER_RETURN = 3
/** Shutdowns said goodbye to, from which the lost goodbyes follow that look like silence; apart within 15 minutes of a boot. */
export const PER_SHUTDOWN = 4
export const PER_EARLY_SHUTDOWN = 5
/** Restarts whose outcome after an hour is known. */
export const PER_LONG_RESTART = 6
/** Time, and the denominators that are events. */
export const UNIT_COUNT = 7
export type UnitId =
  | typeof PER_TIME
  | typeof PER_RESTART
  | typeof PER_BOOT
  | typeof PER_RETURN
  | typeof PER_SHUTDOWN
  | typeof PER_EARLY_SHUTDOWN
  | typeof PER_LONG_RESTART

/**
 * Share of machines that are switched off without their goodbye arriving: the line is busy, Windows gives the agent no
 * time, somebody pulls the plug. At closing time such machines look like machines that vanished; without this, a version
 * that happens to be on those that are switched off at night is blamed against those that never are.
 */
export const LOST_GOODBYES = 0.05

export const CRASH = 0
export const HARD = 1
export const NO_RETURN = 2
export const LOSS = 3
export const SITE = 4
export const SERVICE = 5
export const BOOT = 6
export const APP = 7
export const ABSENT = 8
/** The restart after an hour: who is not back by then hardly ever comes by itself, on good nights and bad ones. */
export const LONG_GONE = 9
/** A person of the practice says that a machine which nobody hears shows a blue screen. */
export const REPORTED = 10
export const CLASS_IDS = [CRASH, HARD, NO_RETURN, LOSS, SITE, SERVICE, BOOT, APP, ABSENT, LONG_GONE, REPORTED] as const
export type ClassId = (typeof CLASS_IDS)[number]
export const CLASS_COUNT = CLASS_IDS.length

/** A machine that said it restarts has this long to come back: Windows updates included, nineteen in twenty do. */
export const RETURN_SECONDS = 600
/** After this long ninety-nine in a hundred are back, a patch night's slow ones included. */
export const LONG_RETURN_SECONDS = HOUR

export interface ClassRule {
  readonly name: FailureClass
  readonly denominator: UnitId
  /** One machine, one vote in this many seconds. A day for crashes: a third of crashed machines crash again. */
  readonly coolDown: number
  /** Which memories are tested (5 min, 1 h, 12 h, 7 d); silence is too common to be added up over half a day. */
  readonly memories: readonly boolean[]
  /**
   * A baseline is never trusted to better than 1/sqrt(cap): days differ, and the more a class depends on things that
   * strike many machines together (networks, holidays), the lower its cap.
   */
  readonly cap: number
  /**
   * As many failures the baseline is taken to be known by where nobody is without the suspect; left out: two, so that
   * nothing is ever certain. What differs little from day to day is known better, what differs much between fleets worse.
   */
  readonly known?: number
  /** Practices and regions that must have it. Networks fail by practice and region, drivers do not. */
  readonly practices: number
  readonly regions: number
}

const all = [true, true, true, true]
const hard = { memories: all, practices: 3, regions: 1 }

export const CLASSES: Readonly<Record<ClassId, ClassRule>> = [
  { name: 'crash', denominator: PER_TIME, coolDown: 24 * HOUR, cap: 25, ...hard },
  { name: 'hard', denominator: PER_TIME, coolDown: 24 * HOUR, cap: 25, ...hard },
  {
    name: 'no-return',
    denominator: PER_RESTART,
    coolDown: 12 * HOUR,
    cap: 10,
    ...hard,
    memories: [false, true, true, true],
  },
  {
    name: 'loss',
    denominator: PER_TIME,
    coolDown: 12 * HOUR,
    cap: 8,
    memories: [true, true, false, false],
    practices: 3,
    regions: 2,
  },
  {
    name: 'site',
    denominator: PER_TIME,
    coolDown: HOUR,
    cap: 6,
    memories: [true, true, false, false],
    practices: 4,
    regions: 2,
  },
  // How often services die by themselves differs from fleet to fleet more than anything else, and is a guess at first.
  { name: 'service', denominator: PER_TIME, coolDown: 12 * HOUR, cap: 10, known: 0.5, ...hard },
  // Mostly silence soon after a boot, which patch night at closing time brings too; boot crashes are told by their mark.
  { name: 'boot', denominator: PER_BOOT, coolDown: 24 * HOUR, cap: 8, memories: all, practices: 4, regions: 2 },
  { name: 'app', denominator: PER_TIME, coolDown: 24 * HOUR, cap: 10, ...hard },
  {
    name: 'absent',
    denominator: PER_RETURN,
    coolDown: 12 * HOUR,
    cap: 8,
    memories: [false, true, true, false],
    practices: 5,
    regions: 2,
  },
  {
    name: 'no-return',
    denominator: PER_LONG_RESTART,
    coolDown: 12 * HOUR,
    // Nights differ in how many machines are slow, little in how many are gone: a baseline may be trusted further.
    cap: 25,
    known: 25,
    ...hard,
    memories: [false, true, true, true],
  },
  // Weak: people are mistaken, and hear of one another. The practices do the voting, one voice each.
  {
    name: 'reported',
    denominator: PER_TIME,
    coolDown: 12 * HOUR,
    cap: 4,
    memories: [false, true, true, false],
    practices: 5,
    regions: 1,
  },
]

/** Crashes that bear one mark, whichever class counts them. */
export const DRIVER_RULE: ClassRule = { name: 'driver', denominator: PER_TIME, coolDown: 24 * HOUR, cap: 25, ...hard }

const RULES: readonly ClassRule[] = [...CLASS_IDS.map((cls) => CLASSES[cls]), DRIVER_RULE]

/** Tests made for one fact at one moment, over classes and memories; ages are counted in threshold.ts. */
export const CLASS_MEMORY_TESTS = RULES.reduce((sum, c) => sum + c.memories.filter(Boolean).length, 0)
if (RULES.some((c) => c.memories.length !== MEMORY_COUNT)) throw new Error('Each class says which memories it tests')
