import { HOUR, MINUTE, utcTime } from '@pumphandle/shared/time'
import type { GoodbyeReason } from '@pumphandle/shared/wire'
import type { MachineState } from '../store/index.ts'
import type { FleetMachine } from './machine.ts'

export interface JudgeSettings {
  readonly silenceMs: number
  readonly bootLoop: { readonly boots: number; readonly windowMs: number }
  /** Until then the collector has not listened long enough to call a machine dark that it did not hear. */
  readonly blindUntil: number
  /** Since when whoever is there can be heard: silence before that says nothing. */
  readonly listeningSince: number
}

export interface Verdict {
  readonly state: MachineState
  /** Why, in a sentence. */
  readonly reason: string
  /** When this verdict may change though nothing is heard, ms epoch; infinite when only news can change it. */
  readonly until: number
}

/** A restart that takes longer hangs: Windows' feature updates show progress within it, and the detector waits as long. */
export const RESTART_ALLOWANCE_MS = 10 * MINUTE
/** A machine that has run for this long since a blue screen is healthy again. */
export const CRASHED_MS = HOUR
/** A machine that has run for this long since its last boot goes round no more: people work at it again. */
const OUT_OF_LOOP_MS = 10 * MINUTE
const FOREVER = Number.POSITIVE_INFINITY

/**
 * The state of a machine from what is known of it. Worst news first: a boot loop is one also between its boots, while
 * nothing is heard; a goodbye explains silence; silence without one is dark.
 */
export function judge(m: FleetMachine, now: number, settings: JudgeSettings): Verdict {
  if (m.revokedAt !== undefined)
    return {
      state: 'offline',
      reason: `Revoked at ${utcTime(m.revokedAt)}: it is not let in any more.`,
      until: FOREVER,
    }
  return bootLoop(m, now, settings) ?? (m.connected ? awake(m, now) : absent(m, now, settings))
}

function bootLoop(m: FleetMachine, now: number, { bootLoop: { boots, windowMs } }: JudgeSettings): Verdict | undefined {
  const recent = m.uncleanBoots.filter((b) => b.at > now - windowMs)
  const last = recent.at(-1)
  if (last === undefined || recent.length < boots) return undefined
  const outAt = m.connected ? Math.max(last.at, m.bootHeardAt) + OUT_OF_LOOP_MS : FOREVER
  if (now >= outAt) return undefined
  const first = recent[0] as typeof last
  const bugchecks = recent.filter((b) => b.end === 'bugcheck').length
  const how = bugchecks === 0 ? '' : `, ${bugchecks} of them after a blue screen${blame(m)}`
  return {
    state: 'boot-loop',
    reason: `${recent.length} unclean boots since ${utcTime(first.at)}${how}; the last at ${utcTime(last.at)}.`,
    // the earliest boot that still makes up the number leaves the window
    until: Math.min(outAt, (recent.at(-boots) as typeof last).at + windowMs),
  }
}

function awake(m: FleetMachine, now: number): Verdict {
  const crash = m.bugcheck
  if (crash !== undefined && crash.knownAt > now - CRASHED_MS)
    return {
      state: 'crashed',
      reason: `Crashed at ${utcTime(crash.at)}${blame(m)}; back since ${utcTime(m.bootHeardAt)}.`,
      until: crash.knownAt + CRASHED_MS,
    }
  return { state: 'healthy', reason: 'Connected.', until: FOREVER }
}

function absent(m: FleetMachine, now: number, { silenceMs, blindUntil, listeningSince }: JudgeSettings): Verdict {
  if (m.goodbye !== undefined) return afterGoodbye(m.goodbye, now)
  if (!m.heardThisRun) {
    // what the store remembers, until the machine had time to come back to a collector that was away itself
    if (now < blindUntil || m.state === 'offline' || m.state === 'sleeping' || m.state === 'dark')
      return { state: m.state, reason: m.stateReason, until: now < blindUntil ? blindUntil : FOREVER }
    return {
      state: 'offline',
      reason: `Has not come back since the collector was away; last heard at ${utcTime(m.lastHeard)}.`,
      until: FOREVER,
    }
  }
  if (m.unmanaged) return { state: 'offline', reason: 'Not watched: reported by hand.', until: FOREVER }
  const silentAt = Math.max(m.lastHeard, listeningSince) + silenceMs
  if (now < silentAt) return { state: m.state, reason: m.stateReason, until: silentAt }
  return { state: 'dark', reason: `Vanished without a goodbye; last heard at ${utcTime(m.lastHeard)}.`, until: FOREVER }
}

function afterGoodbye(goodbye: NonNullable<FleetMachine['goodbye']>, now: number): Verdict {
  const at = utcTime(goodbye.at)
  switch (goodbye.reason) {
    case 'sleep':
      return { state: 'sleeping', reason: `Said at ${at} that it goes to sleep.`, until: FOREVER }
    case 'shutdown':
      return { state: 'offline', reason: `Shut down at ${at}.`, until: FOREVER }
    case 'service-stop':
      return { state: 'offline', reason: `Its agent was stopped at ${at}; the machine may be running.`, until: FOREVER }
    case 'upgrade':
    case 'restart': {
      const what = goodbye.reason === 'restart' ? 'it restarts' : 'its agent is being upgraded'
      const due = goodbye.at + RESTART_ALLOWANCE_MS
      if (now < due) return { state: 'offline', reason: `Said at ${at} that ${what}.`, until: due }
      return { state: 'dark', reason: `Said at ${at} that ${what}, and is not back.`, until: FOREVER }
    }
  }
}

/** The goodbye that a state's reason tells of, for those who read recorded ones; undefined where it tells of none. */
export function goodbyeTold(reason: string): GoodbyeReason | undefined {
  if (reason.includes('that it goes to sleep')) return 'sleep'
  if (reason.startsWith('Shut down at')) return 'shutdown'
  if (reason.startsWith('Its agent was stopped')) return 'service-stop'
  if (reason.includes('that it restarts')) return 'restart'
  return reason.includes('that its agent is being upgraded') ? 'upgrade' : undefined
}

function blame({ bugcheck }: FleetMachine): string {
  const stop = bugcheck?.stop === undefined ? '' : ` with ${bugcheck.stop}`
  return bugcheck?.culprit === undefined ? stop : `${stop} in ${bugcheck.culprit}`
}
