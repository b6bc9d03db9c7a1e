import type { CommonsSeen } from '@pumphandle/shared/api'
import { DAY, HOUR } from '@pumphandle/shared/time'

/**
 * Organisations that must see a version fail before it is a warning: of three voices two may be lies or luck, and one of
 * them still is none of a liar's; and of those that have it one in a hundred, for of thousands some are unlucky.
 */
const LEAST_FAILING = 3
const LEAST_SHARE = 0.01
/** A warning ends when no answer has named it for this long: one answer may miss some organisations. */
const OVER_AFTER_MS = HOUR
/** Warnings that are over are kept for a month, for whoever asks what happened. */
const KEPT_MS = 30 * DAY
/** Warnings that are kept; a commons has some a year. */
const MOST_WARNINGS = 100

export interface Warning {
  readonly key: string
  readonly since: number
  overAt: number | null
  /** When others were last heard to see it. */
  lastAt: number
  /** Whether people were told. */
  isTold: boolean
  seen: CommonsSeen
}

/** Whether others' evidence is worth a warning here: enough of them, and machines here that it concerns. */
export function isWarning({ failing, organisations, machines, waiting }: CommonsSeen): boolean {
  return failing >= LEAST_FAILING && failing >= LEAST_SHARE * organisations && machines + waiting > 0
}

/** Warnings by other organisations, from answer to answer. Of each version one at a time. */
export class Warnings {
  #all: Warning[]

  /** @param stored as they were at the end */
  constructor(stored: readonly Warning[] = []) {
    this.#all = [...stored]
  }

  /** Those that last first, then the latest. */
  get all(): readonly Warning[] {
    return this.#all
  }

  /** Versions that a warning lasts for. */
  get keys(): string[] {
    return this.#all.flatMap(({ key, overAt }) => (overAt === null ? [key] : []))
  }

  /** Takes what others see now; an answer that did not come is none that sees nothing. */
  take(all: readonly CommonsSeen[], now: number): void {
    for (const seen of all) {
      const open = this.#all.find(({ key, overAt }) => key === seen.component.key && overAt === null)
      if (open) open.seen = seen
      if (!isWarning(seen)) continue
      if (open) open.lastAt = now
      else this.#all.push({ key: seen.component.key, since: now, overAt: null, lastAt: now, isTold: false, seen })
    }
    for (const warning of this.#all)
      if (warning.overAt === null && now - warning.lastAt >= OVER_AFTER_MS) warning.overAt = now
    this.#all = this.#all
      .filter(({ overAt }) => overAt === null || overAt > now - KEPT_MS)
      .sort((a, b) => Number(a.overAt !== null) - Number(b.overAt !== null) || b.since - a.since)
      .slice(0, MOST_WARNINGS)
  }
}
