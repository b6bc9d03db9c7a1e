import { addressOf } from '@pumphandle/shared/client'
import { count, counted } from '@pumphandle/shared/words'
import { lazy, Suspense, useState } from 'react'
import { useSearchParams } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { TimeChart } from '../../charts/time-chart.tsx'
import { AwaitedPage } from '../../design/awaited.tsx'
import { share } from '../../design/format.ts'
import { Loading, Notice } from '../../design/notice.tsx'
import { Panel } from '../../design/panel.tsx'
import { Time } from '../../design/time.tsx'
import { usePageTitle } from '../../design/title.ts'
import { useMay } from '../../session/may.ts'
import { ByPractice } from './by-practice.tsx'
import { Install } from './install.tsx'
import { Listed } from './listed.tsx'
import { KIND, type Kind, SOURCE } from './words.ts'
import './coverage.css'

const ImportList = lazy(() => import('./import-list.tsx'))
const DAY_SECONDS = 86_400

/** Whether everything that the organisation owns is watched: who is missing, where, and what to do about it. */
export default function CoveragePage() {
  const answer = useAnswer('coverage')
  const { data } = answer
  const may = useMay('admin')
  const [params, setParams] = useSearchParams()
  const [importing, setImporting] = useState(false)
  usePageTitle('Coverage')
  const kind = (Object.keys(KIND) as Kind[]).find((k) => k === params.get('kind')) ?? 'missing'
  if (!data) return <AwaitedPage of={answer} lines={12} height={800} />
  const missing = data.listed - data.watched
  const counts: Record<Kind, number> = {
    missing,
    unlisted: data.unlisted,
    stopped: data.stopped,
    outdated: data.outdated,
  }
  const none = data.lists.length === 0
  return (
    <div className="stack">
      <div className="page-head">
        <h1>{none ? 'Coverage' : `${share(data.watched / Math.max(1, data.listed))} of what we own is watched`}</h1>
        <div className="cluster no-print">
          {may && !none && (
            <button type="button" className="button" aria-expanded={importing} onClick={() => setImporting(!importing)}>
              Import a list
            </button>
          )}
          {!none && (
            <a className="button" href={addressOf('coverageCsv', { query: { kind } })} download>
              CSV
            </a>
          )}
        </div>
      </div>
      {none ? (
        <Notice title="No list yet" shape="question">
          {may ? 'Import' : 'Ask an admin to import'} what your organisation owns, from the directory or a register, and
          see which machines have no agent.
        </Notice>
      ) : (
        <p>
          {count(data.watched)} of {counted(data.listed, 'machine')} have an agent.{' '}
          {missing === 0
            ? 'None is missing.'
            : `${count(missing)} have none${data.stale > 0 ? `, of which ${count(data.stale)} have not signed in for 90 days and are probably gone` : ''}.`}{' '}
          <span className="quiet">
            {data.lists.map(({ source, at, machines }) => (
              <span key={source}>
                {SOURCE[source]}: {counted(machines, 'machine')}, <Time at={at} />.{' '}
              </span>
            ))}
          </span>
        </p>
      )}
      {may && (importing || none) && (
        <Suspense fallback={<Loading lines={6} />}>
          <ImportList />
        </Suspense>
      )}
      {!none && (
        <Panel
          title="Machines"
          aside={
            <span className="segments no-print" role="toolbar" aria-label="Which machines">
              {(Object.keys(KIND) as Kind[]).map((k) => (
                <button key={k} type="button" aria-pressed={k === kind} onClick={() => setParams({ kind: k })}>
                  {KIND[k]} {count(counts[k])}
                </button>
              ))}
            </span>
          }
        >
          <Listed kind={kind} key={kind} newestAgent={data.newestAgent} />
        </Panel>
      )}
      {kind === 'missing' && missing > 0 && <Install practices={data.practices} may={may} />}
      {!none && (
        <Panel title="By practice" aside="most missing first">
          <ByPractice practices={data.practices} />
        </Panel>
      )}
      {data.trend.length > 1 && (
        <Panel title="Over time">
          <TimeChart
            title="Machines"
            series={[
              { label: 'Owned', colour: 'off', values: data.trend.map((d) => d.listed), as: 'dashed' },
              { label: 'Watched', colour: 'ok', values: data.trend.map((d) => d.watched), as: 'line' },
            ]}
            from={data.trend[0]?.day ?? 0}
            bucketSeconds={DAY_SECONDS}
            height={160}
            format={count}
          />
        </Panel>
      )}
    </div>
  )
}
