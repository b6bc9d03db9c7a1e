import type { Arrival } from '@pumphandle/shared/api'
import { componentWords, count, counted } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Notice } from '../../design/notice.tsx'
import { Time } from '../../design/time.tsx'
import { VERDICT } from '../../design/words.ts'
import './arrivals.css'

/** Arrivals beside the map; what needs a look comes first, and the rest is a page of its own. */
const MOST = 6

/** Versions new in the fleet: who has them, and what can be said of them. */
export function Arrivals({ arrivals }: { arrivals: readonly Arrival[] }) {
  if (arrivals.length === 0)
    return <Notice title="Nothing new">No component version came into the fleet in the last 72 hours.</Notice>
  const more = arrivals.length - MOST
  return (
    <ul className="arrivals" aria-label="Versions that arrived">
      {arrivals.slice(0, MOST).map(({ component, firstSeen, machines, verdict }) => (
        <li key={component.key}>
          <p className="arrival-head">
            <Link href={to.version(component.key)}>{componentWords(component)}</Link>
            {verdict && <Mark look={VERDICT[verdict.word]} />}
          </p>
          <p className="quiet small">
            Arrived <Time at={firstSeen} />, now on{' '}
            <Link href={to.having(component)}>{counted(machines, 'machine')}</Link>
          </p>
          <p className="small">{verdict?.sentence ?? <span className="quiet">Not counted yet.</span>}</p>
        </li>
      ))}
      {more > 0 && (
        <li>
          <Link href={`${to.changes()}?span=three`}>{count(more)} more, and what failed after them</Link>
        </li>
      )}
    </ul>
  )
}
