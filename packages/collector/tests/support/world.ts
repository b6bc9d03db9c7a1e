import { MINUTE, SECOND } from '@pumphandle/shared/time'
import type { AgentEvent, Hello } from '@pumphandle/shared/wire'
import { Changes } from '../../src/fleet/changes.ts'
import { Fleet, type Transition } from '../../src/fleet/fleet.ts'
import type { FleetMachine } from '../../src/fleet/machine.ts'
import type { Row } from '../../src/store/index.ts'

export const START = Date.UTC(2024, 6, 19, 4, 0)
export const SILENCE = 40 * SECOND

/** A fleet without a store, on a clock that the test moves. */
export class FleetWorld {
  now = START
  readonly transitions: Transition[] = []
  readonly silent: { uid: string; at: number }[] = []
  readonly fleet: Fleet

  constructor(options: { lastHeard?: (m: FleetMachine) => number } = {}) {
    this.fleet = new Fleet({
      changes: new Changes((error) => {
        throw error
      }),
      heartbeatMs: 15 * SECOND,
      silenceMs: SILENCE,
      bootLoop: () => ({ boots: 3, minutes: 30 }),
      now: START,
      onTransition: (t) => void this.transitions.push(t),
      onSilent: (machine, at) => void this.silent.push({ uid: machine.uid, at }),
      ...options,
    })
  }

  /** Moves time on, a tick a second. */
  pass(ms: number): void {
    for (const until = this.now + ms; this.now < until; ) {
      this.now += SECOND
      this.fleet.tick(this.now)
    }
  }
}

export function machineRow(id: number, given: Partial<Row<'machine'>> = {}): Row<'machine'> {
  return {
    id,
    uid: `uid-${id}`,
    name: `PC-${id}`,
    practice_id: 1,
    region_id: 1,
    state: 'offline',
    state_since: START - 60 * MINUTE,
    state_reason: 'Shut down.',
    model: null,
    serial_number: null,
    os_name: null,
    first_seen: START - 60 * MINUTE,
    last_seen: START - 60 * MINUTE,
    last_boot_at: null,
    boot_id: null,
    last_crash_at: null,
    last_crash_stop: null,
    last_crash_culprit: null,
    unmanaged: 0,
    agent_version: null,
    revoked_at: null,
    established_at: START - 60 * MINUTE,
    retired_at: null,
    retired_why: null,
    successor_id: null,
    ...given,
  }
}

export function hello(bootId: string, previousEnd: Hello['boot']['previousEnd'] = 'clean'): Hello {
  return {
    type: 'hello',
    protocol: 1,
    machine: '01J340G1M0T8Q6ZJ5B2W3X4Y5Z',
    sentAt: START,
    agent: { version: '0.1.0', platform: 'test' },
    computerName: 'PC',
    boot: { bootId, startedAt: START, previousEnd },
    spooled: 0,
  }
}

export function bugcheck(at: number, more: Partial<Extract<AgentEvent, { type: 'crash' }>> = {}): AgentEvent {
  return { id: `c${at}`, at, type: 'crash', kind: 'bugcheck', stopCode: '0x50', ...more }
}
