import { DAY, MINUTE } from '@pumphandle/shared/time'
import type { TimeBound, TimeRange } from '../language/ast.ts'

/** A range of times in words, to stand after a verb: `less than 24h ago`, `after 2024-07-19 04:00 UTC`. */
export function timeWords({ after, before }: TimeRange): string {
  if (!after && !before) return 'at any time'
  if (after && before) {
    const sameMoment = after.moment.type === 'at' && before.moment.type === 'at' && after.moment.ms === before.moment.ms
    if (sameMoment) return `${after.width === DAY ? 'on' : 'at'} ${moment(after)}`
    return `from ${moment(after)} ${before.inclusive ? 'to the end of' : 'to before'} ${moment(before)}`
  }
  if (after) return afterWords(after)
  return before ? beforeWords(before) : ''
}

function afterWords(bound: TimeBound): string {
  if (bound.moment.type === 'ago') return `${bound.inclusive ? 'at most' : 'less than'} ${bound.moment.text} ago`
  return `${bound.inclusive ? 'from' : 'after'} ${moment(bound)}${bound.inclusive ? ' on' : ''}`
}

function beforeWords(bound: TimeBound): string {
  if (bound.moment.type === 'ago') return `${bound.inclusive ? 'at least' : 'more than'} ${bound.moment.text} ago`
  return `${bound.inclusive ? 'up to the end of' : 'before'} ${moment(bound)}`
}

function moment(bound: TimeBound): string {
  if (bound.moment.type === 'ago') return `${bound.moment.text} ago`
  const iso = new Date(bound.moment.ms).toISOString()
  if (bound.width === DAY) return `${iso.slice(0, 10)} (UTC)`
  const seconds = bound.width < MINUTE ? iso.slice(16, bound.width < 1000 ? 23 : 19) : ''
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}${seconds} UTC`
}
