import type { CollectorHealth } from '@pumphandle/shared/api'
import { DAY, MINUTE } from '@pumphandle/shared/time'
import { durationInWords } from '@pumphandle/shared/words'
import type { Fleet } from '../../fleet/fleet.ts'
import { medianSkewMs } from '../../fleet/own-clock.ts'
import type { Channel } from '../../store/channels.ts'

export type Problem = CollectorHealth['problems'][number]

/** For how long no machine must be heard, though some were within the hour; at night all have said goodbye one after the other. */
const SILENT_MS = 5 * MINUTE
const LATELY_MINUTES = 60
/** So many have to have been connected at once: three technicians' machines may well go home together. */
const MIN_CONNECTED = 20
/** Clocks of domains differ from true time by seconds; TLS and detection bear minutes. */
const MOST_SKEW_MS = 2 * MINUTE
/** Fewer machines than that, at one practice, share its wrong time server; but none is wrong by a day without anybody's notice. */
const MIN_WITNESSES = 3

/** Whether the collector sees and can speak: what it cannot be told by others. Look once a minute. */
export class Senses {
  readonly #fleet: Fleet
  readonly #connected: number[] = []
  #heard: Problem | undefined

  constructor(fleet: Fleet) {
    this.#fleet = fleet
  }

  /** @param channels as the store has them, or had them when it last answered */
  look(now: number, channels: readonly Channel[]): Problem[] {
    this.#connected.push(this.#fleet.connected)
    if (this.#connected.length > LATELY_MINUTES) this.#connected.shift()
    // who is blind for a while learns nothing, neither that nobody is heard nor that somebody is again
    if (now >= this.#fleet.blindUntil) this.#heard = this.#hearing(now)
    return [this.#heard, this.#clock(), ...channels.map(mute)].filter((problem) => problem !== undefined)
  }

  #hearing(now: number): Problem | undefined {
    const most = Math.max(...this.#connected)
    if (most < MIN_CONNECTED) return undefined
    let last = 0
    let left = 0
    for (const m of this.#fleet.machines()) {
      last = Math.max(last, m.lastHeard)
      if (m.goodbye) left++
    }
    const minutes = Math.floor((now - last) / MINUTE)
    // a fleet that said goodbye is asleep, and the collector heard it
    if (now - last < SILENT_MS || left >= most) return undefined
    return {
      code: 'hears-nobody',
      title: `No machine was heard for ${minutes} minutes, though ${most} were connected within the hour; look at the collector's line, its proxy and its certificate.`,
      severity: 'error',
    }
  }

  #clock(): Problem | undefined {
    const ofMany = medianSkewMs(this.#fleet)
    const skew = ofMany ?? medianSkewMs(this.#fleet, MIN_WITNESSES)
    if (skew === undefined || Math.abs(skew) < (ofMany === undefined ? DAY : MOST_SKEW_MS)) return undefined
    return {
      code: 'clock-wrong',
      title: `The collector's clock is ${durationInWords(Math.abs(skew))} ${skew > 0 ? 'behind' : 'ahead of'} most machines' clocks; correct the time service of its computer.`,
      severity: 'error',
    }
  }
}

function mute(channel: Channel): Problem | undefined {
  if (channel.enabled === 0 || channel.last_error === null) return undefined
  return {
    code: `channel-dead-${channel.id}`,
    title: `Messages do not reach the channel “${channel.name}” (${channel.last_error}); test it under Settings, Notifications.`,
    severity: 'warning',
  }
}
