import { inWords, useAnswer } from '../../api/use.ts'
import { usePageTitle } from '../../app/title.ts'
import { Button } from '../../design/button.tsx'
import { Loading, Notice } from '../../design/notice.tsx'
import { Panel } from '../../design/panel.tsx'
import { Arrivals } from './arrivals.tsx'
import { FleetPanel } from './fleet-panel.tsx'
import { PracticeMap } from './practice-map.tsx'
import { StateCounts } from './state-counts.tsx'
import { Verdict } from './verdict.tsx'
import './overview.css'

/** One glance: is there an incident, what is at fault, who cannot work, and is it growing. */
export default function OverviewPage() {
  usePageTitle('Overview')
  const { data, error, refetch } = useAnswer('overview')
  if (!data && error)
    return (
      <Notice title={inWords(error).title} shape="bang" tone="warn">
        <p>{inWords(error).detail}</p>
        <Button onClick={() => void refetch()}>Try again</Button>
      </Notice>
    )
  return (
    <div className="overview">
      <div className="overview-verdict">{data ? <Verdict overview={data} /> : <Loading lines={2} />}</div>
      <Panel title="Practices" className="overview-practices">
        <PracticeMap />
      </Panel>
      <div className="stack overview-side">
        <Panel title="Machines">{data ? <StateCounts states={data.states} /> : <Loading height={150} />}</Panel>
        <FleetPanel incidents={data?.incidents ?? []} />
      </div>
      <Panel title="Versions that arrived in the last 72 hours" className="overview-arrivals">
        {data ? <Arrivals arrivals={data.arrivals} /> : <Loading height={180} />}
      </Panel>
    </div>
  )
}
