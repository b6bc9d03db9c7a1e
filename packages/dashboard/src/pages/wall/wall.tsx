import { MINUTE } from '@pumphandle/shared/time'
import { Link } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { to } from '../../design/links.ts'
import { useNow } from '../../design/now.tsx'
import { Panel } from '../../design/panel.tsx'
import { localTime } from '../../design/time.tsx'
import { usePageTitle } from '../../design/title.ts'
import { Untouched } from '../../design/untouched.ts'
import { LiveWord } from '../../live/live-word.tsx'
import { Past } from '../../live/past.tsx'
import { useMe } from '../../session/me.ts'
import { FleetPanel } from '../overview/fleet-panel.tsx'
import { PracticeMap } from '../overview/practice-map.tsx'
import { StateCounts } from '../overview/state-counts.tsx'
import { Verdict } from '../overview/verdict.tsx'
import '../overview/overview.css'
import './wall.css'

/** The overview for a screen that nobody touches: no controls, larger, nothing to scroll for. */
export default function WallPage() {
  usePageTitle('Wall')
  const answer = useAnswer('overview')
  const { data } = answer
  const me = useMe()
  const now = useNow(MINUTE)
  return (
    <Untouched value>
      <Past shout />
      <main className="wall">
        <div className="wall-verdict">
          {data ? <Verdict overview={data} still /> : <Awaited of={answer} lines={3} />}
        </div>
        <Panel title="Practices" className="wall-practices" hideTitle>
          <PracticeMap />
        </Panel>
        <div className="stack">
          <Panel title="Machines">{data ? <StateCounts states={data.states} /> : <Awaited of={answer} />}</Panel>
          <FleetPanel incidents={data?.incidents ?? []} still />
          <p className="cluster wall-foot">
            <LiveWord />
            <time>{localTime(now, now)}</time>
            {me.demo && <strong>This is a demo fleet</strong>}
            <Link href={to.overview()} className="wall-leave">
              Leave the wall screen
            </Link>
          </p>
        </div>
      </main>
    </Untouched>
  )
}
