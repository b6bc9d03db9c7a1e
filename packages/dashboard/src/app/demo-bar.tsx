import { byWeight } from '@pumphandle/shared/incident-weight'
import { Link } from 'wouter'
import { useAnswer } from '../api/use.ts'
import { to } from '../design/links.ts'

/** Says that nothing is real, and what to try: first to watch, then three questions that people come with. */
export function DemoBar() {
  const { data } = useAnswer('overview')
  const worst = data && [...data.incidents].sort(byWeight)[0]
  const query = { status: 'all', limit: 1 } as const
  const last = useAnswer('incidents', { query }, { enabled: data !== undefined && !worst }).data?.items
  return (
    <aside className="demo no-print" aria-label="Demo">
      <strong>This is a demo fleet.</strong>{' '}
      <span className="demo-more">Its machines are simulated; nothing here is real.</span>{' '}
      {!worst && last?.length === 0 && (
        <span>An incident is about to happen, a minute after the start: watch the overview.</span>
      )}
      {!worst && last?.[0] && (
        <span>
          The incident is over: <Link href={to.report(last[0].id)}>read its report</Link>
        </span>
      )}
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
