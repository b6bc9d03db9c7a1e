import type { Observation } from '../../../packages/collector/src/detect/index.ts'
import { Random } from '../../../packages/shared/src/flow/random.ts'
import { type BenchFleet, crash, DRIVER, ms, QUIET_SECONDS, restart, returnAfter, SILENCE_SECONDS } from './fleet.ts'

export const KINDS = ['crash', 'silence', 'no-return', 'service'] as const
type Kind = (typeof KINDS)[number]
export const SPEEDS = ['seconds', 'hours', 'days'] as const
export type Speed = (typeof SPEEDS)[number]

/** Mean seconds from a version's arrival to the failure; how long machines take to get it; how long a run lasts. */
export const PACE: Readonly<Record<Speed, { mean: number; rollout: number; horizon: number }>> = {
  seconds: { mean: 20, rollout: 60, horizon: 1_800 },
  hours: { mean: 3_600, rollout: 600, horizon: 6 * 3_600 },
  days: { mean: 86_400, rollout: 3_600, horizon: 4 * 86_400 },
}

export interface Cell {
  readonly machines: number
  /** Of the machines that get the version, those that fail. */
  readonly share: number
  readonly speed: Speed
  readonly kind: Kind
}

/** One machine that gets the bad version. Seconds after START; Infinity for never. */
export interface Struck {
  readonly machine: number
  readonly arrived: number
  /** When it fails: crashes, falls silent, says that it restarts for ever, or its service dies. */
  readonly failed: number
  /** For a restart: seconds until it is back. */
  readonly away: number
}

/** Who gets the bad version when, and who fails when. */
export function strike(fleet: BenchFleet, { share, speed, kind }: Cell, seed: number): Struck[] {
  const random = new Random(seed)
  const { mean, rollout } = PACE[speed]
  const exponential = (scale: number): number => -scale * Math.log1p(-random.next())
  return fleet.exposed.map((machine): Struck => {
    if (kind === 'no-return') {
      // the version comes with the restart
      const at = QUIET_SECONDS + Math.min(exponential(rollout + mean / 4), PACE[speed].horizon - 1)
      return { machine, arrived: at, failed: at, away: returnAfter(random, share) }
    }
    const arrived = QUIET_SECONDS + exponential(rollout / 3)
    return {
      machine,
      arrived,
      failed: random.chance(share) ? arrived + exponential(mean) : Number.POSITIVE_INFINITY,
      away: 0,
    }
  })
}

/** What the collector is told of it, in order. */
export function tell(fleet: BenchFleet, { kind }: Cell, struck: readonly Struck[]): Observation[] {
  const old = ['sensor:Falcon@7.15', 'sensor:Falcon@7.16'].map((key) => fleet.facts.intern(key))
  const told: Observation[] = []
  for (const { machine, arrived, failed, away } of struck) {
    const at = ms(arrived)
    for (const fact of old) told.push({ type: 'component', at, machine, fact, change: 'removed', since: at })
    told.push({ type: 'component', at, machine, fact: fleet.bad, change: 'arrived', since: at })
    if (kind === 'no-return') told.push(...restart(failed, machine, away, 900_000 + Math.floor(failed)))
    else if (Number.isFinite(failed)) told.push(...failure(kind, machine, failed))
  }
  return told.sort((a, b) => a.at - b.at)
}

function failure(kind: Exclude<Kind, 'no-return'>, machine: number, s: number): Observation[] {
  if (kind === 'crash') return crash(s, machine, `b${machine}`, DRIVER)
  if (kind === 'service') return [{ type: 'service-down', at: ms(s + 1), machine, service: 'CSFalconService' }]
  return [{ type: 'silent', at: ms(s + SILENCE_SECONDS), machine, lastHeard: ms(s), othersAlive: true }]
}
