import { MINUTE } from '@pumphandle/shared/time'

/** What the clock on the wall shows somewhere. */
export interface Wall {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  /** Since midnight. */
  readonly minute: number
}

const FORMATS = new Map<string, Intl.DateTimeFormat>()

/** Making one takes longer than using it a hundred times; there are as many as time zones were set. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  })
  FORMATS.set(timeZone, made)
  return made
}

export function wallOf(at: number, timeZone: string): Wall {
  const parts = formatOf(timeZone).formatToParts(at)
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value ?? 0)
  return { year: part('year'), month: part('month'), day: part('day'), minute: part('hour') * 60 + part('minute') }
}

/** When the clock on the wall shows it; an hour that summer time leaves out is the one after it. Days may overflow. */
export function epochOf({ year, month, day, minute }: Wall, timeZone: string): number {
  const wanted = Date.UTC(year, month - 1, day, 0, minute)
  let at = wanted
  // the offset at the answer may differ from the one at the guess
  for (let turn = 0; turn < 2; turn++) {
    const shown = wallOf(at, timeZone)
    at += wanted - Date.UTC(shown.year, shown.month - 1, shown.day, 0, shown.minute)
  }
  return at - (at % MINUTE)
}

/** 0 is Sunday. */
export const weekdayOf = ({ year, month, day }: Wall): number => new Date(Date.UTC(year, month - 1, day)).getUTCDay()

/** Minutes since midnight of `08:30`; undefined where it is none. */
export function minuteOf(text: string): number | undefined {
  const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(text) ?? []
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes)
}

/** The next time after `at` that the clock shows `08:30`; undefined where the text is no time. */
export function nextTime(text: string, at: number, timeZone: string): number | undefined {
  const minute = minuteOf(text)
  if (minute === undefined) return undefined
  const wall = wallOf(at, timeZone)
  const today = epochOf({ ...wall, minute }, timeZone)
  return today > at ? today : epochOf({ ...wall, day: wall.day + 1, minute }, timeZone)
}
