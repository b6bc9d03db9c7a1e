import type { MachineDetail } from '@pumphandle/shared/api'
import { DAY } from '@pumphandle/shared/time'
import { componentTerm, componentWords, duration, term } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { to } from '../../design/links.ts'

/** What changed longer before a failure than this is seldom its cause. */
const LOOK_BACK_MS = 7 * DAY
/** How far the clocks of two events may differ. */
const SLACK_MS = 60_000

/** When the machine last failed: its blue screen, or since when it is gone. */
const failedAt = ({ machine, lastCrash }: MachineDetail): number | undefined =>
  machine.state === 'dark' ? machine.stateSince : lastCrash?.at

/** What came onto the machine before it failed last, newest first, and the way to machines like it. */
export function BeforeFailure({ detail }: { detail: MachineDetail }) {
  const at = failedAt(detail)
  const { machine, components } = detail
  const before = components
    .filter((c) => at !== undefined && c.since !== null && c.since <= at + SLACK_MS && c.since > at - LOOK_BACK_MS)
    .sort((a, b) => (b.since ?? 0) - (a.since ?? 0))
  const [sensor] = machine.sensors
  const alike = [
    ...(machine.model ? [term('model', machine.model)] : []),
    ...(sensor ? [componentTerm(sensor)] : []),
    ...(machine.os ? [term('os', machine.os.version)] : []),
  ].join(' ')
  return (
    <>
      {at !== undefined && before.length > 0 && (
        <ul className="plain-list">
          {before.map((c) => (
            <li key={c.key} className="fact-line">
              <Link href={to.having(c)}>{componentWords(c)}</Link>
              <span className="quiet">
                {at >= (c.since ?? 0) ? `${duration(at - (c.since ?? 0))} before` : 'at the same time'}
              </span>
            </li>
          ))}
        </ul>
      )}
      {at !== undefined && before.length === 0 && (
        <p className="quiet">Nothing versioned changed on it in the week before it failed.</p>
      )}
      {at === undefined && <p className="quiet">It has not failed since it was first seen.</p>}
      {alike && (
        <p>
          <Link href={to.machines(alike)}>Machines like this one</Link>{' '}
          <span className="quiet small">the same model, sensor and Windows</span>
        </p>
      )}
    </>
  )
}
