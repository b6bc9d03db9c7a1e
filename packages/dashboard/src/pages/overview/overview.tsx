import { usePrefetchQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { Link, Redirect } from 'wouter'
import { question, useAnswer } from '../../api/use.ts'
import { AwaitedPage } from '../../design/awaited.tsx'
import { to } from '../../design/links.ts'
import { Loading } from '../../design/notice.tsx'
import { Panel } from '../../design/panel.tsx'
import { usePageTitle } from '../../design/title.ts'
import { useMay } from '../../session/may.ts'
import { useMe } from '../../session/me.ts'
import { Arrivals } from './arrivals.tsx'
import { FleetPanel } from './fleet-panel.tsx'
import { PracticeMap } from './practice-map.tsx'
import { StateCounts } from './state-counts.tsx'
import { Verdict } from './verdict.tsx'
import { Warnings } from './warnings.tsx'
import './overview.css'

const Pinned = lazy(() => import('./pinned.tsx'))
const GoOn = lazy(() => import('../start/go-on.tsx'))

/** One glance: is there an incident, what is at fault, who cannot work, and is it growing. */
export default function OverviewPage() {
  usePageTitle('Overview')
  const answer = useAnswer('overview')
  const { data } = answer
  // the map waits for the figures, and its answer is the longest on its way
  usePrefetchQuery(question('tiles'))
  const me = useMe()
  const may = useMay('admin')
  // of the whole fleet; who has some places of it is told by others
  const others = useAnswer('commons', {}, { keep: true, enabled: !me.places })
  if (!data) return <AwaitedPage of={answer} lines={10} height={900} />
  // nothing is drawn in part: what comes later would push what is there already
  if (others.isLoading) return <Loading lines={10} height={900} />
  // nothing to look at yet: what to do comes first
  if (data.machines === 0 && may && !me.demo) return <Redirect to={to.start()} replace />
  return (
    <div className="overview">
      <div className="overview-verdict">
        <Verdict overview={data} />
        {may && !me.demo && (
          <Suspense>
            <GoOn />
          </Suspense>
        )}
      </div>
      <Warnings warnings={others.data?.warnings ?? []} lost={!others.data && others.error ? others : undefined} />
      <Panel title="Practices" className="overview-practices" aside={<Link href={to.map()}>Map of regions</Link>}>
        <PracticeMap />
      </Panel>
      <div className="stack overview-side">
        <Panel title="Machines" aside={!me.places && <Link href={to.coverage()}>What has no agent?</Link>}>
          <StateCounts states={data.states} />
        </Panel>
        <FleetPanel incidents={data.incidents} />
        <Suspense>
          <Pinned />
        </Suspense>
        <Panel title="New in the last 72 hours" aside={<Link href={to.changes()}>What changed last night?</Link>}>
          <Arrivals arrivals={data.arrivals} />
        </Panel>
      </div>
    </div>
  )
}
