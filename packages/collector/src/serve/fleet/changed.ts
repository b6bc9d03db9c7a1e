import type { Changed } from '@pumphandle/shared/api'
import { DAY } from '@pumphandle/shared/time'
import { countFailed, readReceived, type Span } from '../../store/changes.ts'
import { listComponents } from '../../store/component-stats.ts'
import type { Reader } from '../../store/index.ts'
import { componentRefOf } from '../machines/rows.ts'

/** How long a roll-out may last and still be news: what the fleet first had before that is not looked at. */
const ROLL_OUT_MS = 30 * DAY
/** Rows of the answer; the rest is counted. */
const LISTED = 60

interface Received {
  readonly machines: number
  readonly failed: number
}

/** What every machine received that day has all failures of the day after it: it is the share that tells, then how many. */
export function mostTellingFirst(a: Received, b: Received): number {
  const weight = ({ failed, machines }: Received) => (failed * failed) / Math.max(1, machines)
  return weight(b) - weight(a) || b.machines - a.machines
}

/** What came onto machines in a span of time, those first after which machines failed. */
export async function changed(db: Reader, span: Span): Promise<Changed> {
  const all = await listComponents(db, { firstSeenAfter: span.from - ROLL_OUT_MS, alone: true })
  const components = new Map(all.filter((c) => c.first_seen < span.until).map((c) => [c.id, c]))
  const received = await readReceived(db, [...components.keys()], span)
  received.sort(mostTellingFirst)
  return {
    ...span,
    failed: await countFailed(db, span),
    items: received.slice(0, LISTED).flatMap(({ id, machines, failed }) => {
      const component = components.get(id)
      return component
        ? [{ component: componentRefOf(component), firstSeen: component.first_seen, machines, failed }]
        : []
    }),
    more: Math.max(0, received.length - LISTED),
  }
}
