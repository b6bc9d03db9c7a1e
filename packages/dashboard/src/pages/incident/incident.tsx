import { addressOf } from '@pumphandle/shared/client'
import { count, counted } from '@pumphandle/shared/words'
import { useEffect } from 'react'
import { Link } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { AwaitedPage } from '../../design/awaited.tsx'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Notice } from '../../design/notice.tsx'
import { Panel } from '../../design/panel.tsx'
import { PrintedAt } from '../../design/printed-at.tsx'
import { Time } from '../../design/time.tsx'
import { usePageTitle } from '../../design/title.ts'
import { INCIDENT } from '../../design/words.ts'
import { useMay } from '../../session/may.ts'
import { useKeepsSettings } from '../../session/settings-link.tsx'
import { Actions } from './actions.tsx'
import { ByPractice, ByRegion } from './by-place.tsx'
import { Cohorts } from './cohorts.tsx'
import { CONFIDENCE } from './confidence.ts'
import { Evidence } from './evidence.tsx'
import { Feedback } from './feedback.tsx'
import { ForecastPanel } from './forecast.tsx'
import { History } from './history.tsx'
import { IncidentCharts } from './incident-charts.tsx'
import { Pictures } from './pictures.tsx'
import { Runbook } from './runbook.tsx'
import { Share } from './share.tsx'
import { Standing } from './standing.tsx'
import { Suspects } from './suspects.tsx'
import './incident.css'

/** One failure shared by machines: what is suspected and how sure, who is hit, what to do, who did what. */
export default function IncidentPage({ id }: { id: string }) {
  const answer = useAnswer('incident', { path: { id } })
  const { data } = answer
  const may = useMay('technician')
  const keepsSettings = useKeepsSettings()
  usePageTitle(data?.incident.title ?? 'Incident')
  const there = data !== undefined
  useEffect(() => {
    if (there && location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView()
  }, [there])
  if (!data)
    return (
      <AwaitedPage of={answer} lines={14} height={900}>
        <Link href={to.incidents()}>All incidents</Link>
      </AwaitedPage>
    )
  const { incident, explanation } = data
  return (
    <div className="stack incident">
      <header className="incident-head">
        <p className="cluster">
          <Mark look={INCIDENT[incident.status]} soft />
          <span className="quiet">
            Incident {incident.id} · began <Time at={incident.firstFailureAt} as="seconds" /> · raised{' '}
            <Time at={incident.openedAt} as="seconds" /> · last failure <Time at={incident.lastFailureAt} as="ago" /> ·{' '}
            {incident.growth > 0 ? `+${count(incident.growth)}` : 'no more'} in the last 5 minutes
          </span>
        </p>
        <PrintedAt />
        <h1>{incident.title}</h1>
        <p className="incident-sentence">{incident.sentence}</p>
        {incident.planned !== undefined && (
          <Notice title="Planned work, not an incident" shape="tick">
            {incident.planned}: all that failed was meant to. Its machines were not ill.
          </Notice>
        )}
        <p className="quiet">
          {CONFIDENCE[incident.confidence]} · {incident.owner ? `Owner: ${incident.owner}` : 'Nobody owns it yet'}
          {incident.mergedInto !== null && (
            <>
              {' '}
              · merged into <Link href={to.incident(incident.mergedInto)}>incident {incident.mergedInto}</Link>
            </>
          )}
        </p>
        <div className="cluster no-print">
          {may && <Actions incident={incident} />}
          <Share incident={incident} />
          <Link className="button" href={to.recovery(incident.id)}>
            Recovery board
          </Link>
          {incident.cause && incident.cause.kind !== 'model' && (
            <Link className="button" href={to.hold(incident.cause.key)}>
              Hold the roll-out
            </Link>
          )}
          <Link className="button" href={to.report(incident.id)}>
            Report
          </Link>
          <a className="button" href={addressOf('evidencePack', { path: { id: incident.id } })} download>
            Evidence pack
          </a>
        </div>
      </header>
      <Panel title="Machines" aside={<span className="no-print">each number opens its machines</span>}>
        <Cohorts incident={incident} />
        <Standing standing={data.standing} />
      </Panel>
      <ForecastPanel incident={incident} />
      <div className="incident-columns">
        <div className="stack">
          {explanation && (
            <Panel title="Why this is suspected">
              <Evidence explanation={explanation} />
            </Panel>
          )}
          <Panel title="The evidence in pictures">
            <Pictures id={id} />
          </Panel>
          <Panel title="Over time">
            <IncidentCharts id={id} />
          </Panel>
          {explanation && explanation.suspects.length > 0 && (
            <Panel title="Suspects">
              <Suspects explanation={explanation} />
            </Panel>
          )}
        </div>
        <div className="stack">
          <Panel
            title={data.runbook?.title ?? 'What to do'}
            aside={
              data.runbook &&
              keepsSettings && (
                <Link className="no-print" href={to.settings('runbooks')}>
                  Runbooks
                </Link>
              )
            }
          >
            <Runbook runbook={data.runbook} />
          </Panel>
          {incident.cause && incident.status === 'resolved' && <Feedback incident={incident} />}
          <Panel title="Notes and what happened">
            <History id={id} history={data.history} />
          </Panel>
        </div>
      </div>
      <Panel title="By region">
        <ByRegion regions={data.byRegion} incident={incident.id} />
      </Panel>
      <div id="practices">
        <Panel title="By practice" aside={counted(data.byPractice.length, 'practice')}>
          <ByPractice practices={data.byPractice} incident={incident.id} />
        </Panel>
      </div>
    </div>
  )
}
