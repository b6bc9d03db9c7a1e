import { byWeight } from '@pumphandle/shared/incident-weight'
import { Link } from 'wouter'
import { useAnswer } from '../api/use.ts'
import { to } from '../design/links.ts'

/** Says that nothing is real, and what to try: first to watch, then three questions that people come with. */
export function DemoBar() {
  const { data } = useAnswer('overview')
  const worst = data && [...data.incidents].sort(byWeight)[0]
  return (
    <aside className="demo no-print" aria-label="Demo">
      <strong>This is a demo fleet.</strong>{' '}
      <span className="demo-more">Its machines are simulated; nothing here is real.</span>{' '}
      {data && !worst && <span>An incident is about to happen, a minute after the start: watch the overview.</span>}
      {worst && (
        <span className="demo-tour">
          Try three questions: <Link href={to.incident(worst.id)}>why is it suspected?</Link>{' '}
          <Link href={to.machines(`incident:${worst.id} cohort:at-risk`)}>who is next?</Link>{' '}
          <Link href={to.recovery(worst.id)}>what is left to do?</Link>
        </span>
      )}
    </aside>
  )
}
