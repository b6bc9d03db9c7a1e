import * as z from 'zod/mini'
import { Refusal } from '../model/refusal.ts'
import { wallOf, weekdayOf } from '../model/wall-clock.ts'
import { readJson } from '../store/read-json.ts'

/**
 * Opening hours as people write them, one rule a line or between semicolons: `Mon-Fri 08:00-18:30; Sat 09:00-12:00`.
 * Days that no rule names are closed. Read in the collector's time zone.
 */
export interface OpeningRule {
  /** 0 is Sunday, as Date has it. */
  readonly days: readonly number[]
  /** Minutes since midnight; until is after from. */
  readonly from: number
  readonly until: number
}

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const RULE =
  /^([a-z]{3})[a-z]*(?:\s*(?:-|–|to)\s*([a-z]{3})[a-z]*)?\s+(\d{1,2})[:.](\d{2})\s*(?:-|–|to)\s*(\d{1,2})[:.](\d{2})$/
const MAX_RULES = 30

/** @throws Refusal 400 that names the rule which is not understood. */
export function parseOpeningHours(text: string): OpeningRule[] {
  const rules = text
    .split(/[;\n]/)
    .map((rule) => rule.trim())
    .filter((rule) => rule !== '')
  if (rules.length > MAX_RULES) throw bad(`more than ${MAX_RULES} rules`)
  return rules.map((rule) => {
    const parts = RULE.exec(rule.toLowerCase())
    if (!parts) throw bad(rule)
    const first = DAYS.indexOf(parts[1] ?? '')
    const last = parts[2] === undefined ? first : DAYS.indexOf(parts[2])
    const from = Number(parts[3]) * 60 + Number(parts[4])
    const until = Number(parts[5]) * 60 + Number(parts[6])
    const minutes = [Number(parts[4]), Number(parts[6])]
    if (first < 0 || last < 0 || until <= from || until > 24 * 60 || minutes.some((m) => m > 59)) throw bad(rule)
    const days: number[] = []
    for (let day = first; ; day = (day + 1) % 7) {
      days.push(day)
      if (day === last) break
    }
    return { days, from, until }
  })
}

/** A practice's hours as people wrote them. */
export function openingHoursOf(practice: {
  readonly id: number
  readonly opening_hours: string | null
}): string | null {
  const { id, opening_hours: hours } = practice
  return hours === null ? null : (readJson(z.string(), hours, { table: 'practice', id }) ?? null)
}

/** A clock on the wall: 0 is Sunday; minutes since midnight. */
export interface WallClock {
  readonly day: number
  readonly minute: number
}

/** Whether it is open by that clock; null where there are no rules, or none that are understood. */
export function isOpen(text: string | null, { day, minute }: WallClock): boolean | null {
  if (text === null || text.trim() === '') return null
  let rules: OpeningRule[]
  try {
    rules = parseOpeningHours(text)
  } catch {
    return null
  }
  return rules.some((rule) => rule.days.includes(day) && minute >= rule.from && minute < rule.until)
}

/** What a clock on the wall in that zone shows at a moment (ms epoch). */
export function wallClock(at: number, timeZone: string): WallClock {
  const wall = wallOf(at, timeZone)
  return { day: weekdayOf(wall), minute: wall.minute }
}

function bad(rule: string): Refusal {
  return new Refusal(
    'malformed',
    'Opening hours not understood',
    `"${rule.slice(0, 80)}" is not understood. Write rules such as "Mon-Fri 08:00-18:30; Sat 09:00-12:00".`,
  )
}
