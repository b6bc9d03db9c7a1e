import { DAY, MINUTE, utcTime } from '@pumphandle/shared/time'
import { ago } from '@pumphandle/shared/words'
import { useNow } from './now.tsx'
import './time.css'

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const year = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

/** Local time as short as it stays clear: the clock for the last hours, then the day, then the year. */
export function localTime(at: number, now: number, seconds = false): string {
  const time = (seconds ? clock : minute).format(at)
  if (Math.abs(now - at) < DAY / 2) return time
  return `${(Math.abs(now - at) < 300 * DAY ? day : year).format(at)}, ${time}`
}

const utcDate = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })

/** A whole day of UTC, `19 Jul 2024`; of more than one day the first and the last. */
export const utcDays = (at: number, days: number) =>
  days <= 1 ? utcDate.format(at) : utcDate.formatRange(at, at + (days - 1) * DAY)

interface Props {
  at: number
  /** `ago`: "3 min ago", kept current. `seconds`: the clock with seconds. */
  as?: 'local' | 'seconds' | 'ago'
}

/** A moment in the reader's own time; hover or focus shows it in UTC, which is what tickets and vendors use. */
export function Time({ at, as = 'local' }: Props) {
  const now = useNow(as === 'ago' ? 1000 : MINUTE)
  const text = as === 'ago' ? ago(Math.max(0, now - at)) : localTime(at, now, as === 'seconds')
  return (
    <time className="time" dateTime={new Date(at).toISOString()} data-utc={utcTime(at)} title={utcTime(at)}>
      {text}
    </time>
  )
}
