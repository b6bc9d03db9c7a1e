import type { Clock } from '@pumphandle/shared/clock'
import type { EventOf } from '@pumphandle/shared/wire'

/** Shorter gaps are a collector's restart or a cable pulled and put back: the connection itself tells of those. */
const MIN_LOSS_MS = 60_000
/** After a start or a wake a network takes this long to come: radios, VPN, the domain. */
const COMING_UP_MS = 3 * 60_000
/** An agent that was started this long after Windows is there while the network still comes up. */
const JUST_STARTED_MS = 5 * 60_000
/** How often the watch looks whether the machine is awake; 30 s of a sleep are not noticed. */
export const TICK_MS = 30_000
/** A tick that comes so late tells that the computer slept, or that its clock was set. */
const SLEPT_MS = 3 * TICK_MS
/** Where the spool remembers since when nobody was reached. */
export const OFFLINE_SINCE = 'offline-since'
/** How often what is remembered is written: the disk is spared, and a restart of the agent loses little. */
const REMEMBER_MS = 5 * 60_000

/** What is remembered of a loss: across a restart of the agent, but not of Windows. Milliseconds since 1970. */
export interface Offline {
  since: number
  bootId: string
  /** The machine was known to be awake then, without a break since `since`. */
  seen?: number
  /** It began with a start or a wake. */
  isFresh?: boolean
}

/** Watches how long nobody is reached, counting only the time that the machine is awake. */
export interface LossWatch {
  /** Nobody is reached any more. Answers what to remember; undefined where that is known already. */
  begin(): Offline | undefined
  /** To be called each TICK_MS. Answers the loss that a sleep ended, and what to remember now, if anything. */
  tick(): { loss?: EventOf<'network-loss'>; remember?: Offline }
  /** Somebody is reached again. Answers the loss that this ends, if there is one worth telling. */
  end(): EventOf<'network-loss'> | undefined
}

/**
 * @param remembered what an earlier run of this agent left
 * @param boot this start of Windows: a loss is not told across starts
 */
export function createLossWatch(
  remembered: unknown,
  boot: { bootId: string; startedAt: number },
  clock: Pick<Clock, 'now'>,
): LossWatch {
  let offline = isOffline(remembered) && remembered.bootId === boot.bootId ? remembered : undefined
  let seen = offline?.seen ?? offline?.since ?? 0
  let writtenAt = seen
  /** The machine was asleep since it was last seen awake, or its clock was set: time cannot be subtracted across that. */
  const isBroken = (now: number): boolean => now < seen || now - seen > SLEPT_MS
  // an agent that was restarted goes on where what it wrote last may be as old as that
  if (offline && clock.now() >= seen && clock.now() - seen <= REMEMBER_MS + SLEPT_MS) seen = clock.now()

  function lossUntil(until: number): EventOf<'network-loss'> | undefined {
    if (!offline || until - offline.since < (offline.isFresh ? COMING_UP_MS : MIN_LOSS_MS)) return undefined
    return { id: `network-loss:${offline.since}`, at: offline.since, type: 'network-loss', until }
  }

  return {
    begin() {
      const now = clock.now()
      if (offline) return undefined
      const isFresh = now - boot.startedAt < JUST_STARTED_MS
      offline = { since: now, bootId: boot.bootId, ...(isFresh && { isFresh }) }
      seen = writtenAt = now
      return offline
    },
    tick() {
      const now = clock.now()
      if (!offline) return {}
      if (isBroken(now)) {
        const loss = lossUntil(seen)
        offline = { since: now, bootId: boot.bootId, isFresh: true }
        seen = writtenAt = now
        return { ...(loss && { loss }), remember: offline }
      }
      seen = now
      if (now - writtenAt < REMEMBER_MS) return {}
      writtenAt = now
      return { remember: { ...offline, seen } }
    },
    end() {
      const now = clock.now()
      const loss = lossUntil(isBroken(now) ? seen : now)
      offline = undefined
      return loss
    },
  }
}

function isOffline(value: unknown): value is Offline {
  return typeof value === 'object' && value !== null && 'since' in value && 'bootId' in value
}
