import type { TrendDay } from '@pumphandle/shared/api'
import { DAY, isoDay } from '@pumphandle/shared/time'
import { count, counted } from '@pumphandle/shared/words'
import { useMemo } from 'react'
import { useSearchParams } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import type { Series } from '../../charts/series.ts'
import { TimeChart } from '../../charts/time-chart.tsx'
import { Awaited } from '../../design/awaited.tsx'
import { to } from '../../design/links.ts'
import { Notice } from '../../design/notice.tsx'
import { Panel } from '../../design/panel.tsx'
import { usePageTitle } from '../../design/title.ts'
import { useMe } from '../../session/me.ts'
import { rates, rollUp } from './roll-up.ts'
import './trends.css'

const SPANS = {
  month: { word: '30 days', days: 30, bucket: 1 },
  quarter: { word: '90 days', days: 90, bucket: 1 },
  year: { word: 'A year', days: 365, bucket: 7 },
  all: { word: 'All', days: 3650, bucket: 28 },
} as const
type Span = keyof typeof SPANS

/** What is compared: four weeks have all days of the week alike. */
const COMPARED_DAYS = 28
const PX = { ill: 200, boots: 100, machines: 110 }

/** Whether the fleet gets better or worse, over months and years: each day's counts stay when its events are gone. */
export default function TrendsPage() {
  usePageTitle('Trends')
  const me = useMe()
  const [params, setParams] = useSearchParams()
  const span = (Object.keys(SPANS) as Span[]).find((name) => name === params.get('span')) ?? 'year'
  const answer = useAnswer('trends', { query: { days: SPANS[span].days } }, { keep: true })
  const { data } = answer
  return (
    <div className="stack">
      <header className="page-head">
        <h1>Trends</h1>
        <div className="segments no-print" role="toolbar" aria-label="Length of time">
          {(Object.keys(SPANS) as Span[]).map((name) => (
            <button key={name} type="button" aria-pressed={name === span} onClick={() => setParams({ span: name })}>
              {SPANS[name].word}
            </button>
          ))}
        </div>
      </header>
      {me.places ? (
        <Notice title="Trends are of the whole fleet" shape="question">
          Your account has some places of it. Ask somebody who has all of it.
        </Notice>
      ) : !data ? (
        <Awaited of={answer} lines={10} height={700} />
      ) : data.items.length < SPANS[span].bucket ? (
        <Notice title="Nothing counted yet" shape="ring">
          Each day that is over has its line here, an hour after midnight UTC.
          {SPANS[span].bucket > 1 && ' A shorter time may show some.'}
        </Notice>
      ) : (
        <Charts days={data.items} bucket={SPANS[span].bucket} />
      )}
    </div>
  )
}

function Charts({ days, bucket }: { days: readonly TrendDay[]; bucket: number }) {
  const { bucketSeconds, from, ...values } = useMemo(() => rollUp(days, bucket), [days, bucket])
  const buckets = { from, bucketSeconds }
  const per = bucket === 1 ? 'by day' : bucket === 7 ? 'by week' : `in steps of ${bucket} days`
  return (
    <>
      <Sum days={days} />
      <Panel title="What failed" aside={per}>
        <TimeChart
          title="Failures"
          hideTitle
          series={[
            { label: 'Blue screens', colour: 'crash-fill', values: values.crashes, as: 'bars' },
            { label: 'Gone dark', colour: 'dark', values: values.dark, as: 'line' },
            { label: 'Incidents', colour: 'ink', values: values.incidents, as: 'marks' },
          ]}
          {...buckets}
          height={PX.ill}
          format={count}
          link={machinesThatCrashed}
        />
      </Panel>
      <Panel title="What was there" aside={per}>
        <TimeChart
          title="Boots"
          series={[{ label: 'Boots', colour: 'line-strong', values: values.boots, as: 'bars' }]}
          {...buckets}
          height={PX.boots}
          format={count}
        />
        <TimeChart
          title="Machines"
          series={[{ label: 'Enrolled by the end', colour: 'ok', values: values.machines, as: 'line' }]}
          {...buckets}
          height={PX.machines}
          format={count}
        />
      </Panel>
    </>
  )
}

/** Better or worse, in one sentence: a fleet that grows has more of everything. */
function Sum({ days }: { days: readonly TrendDay[] }) {
  const { last, before } = rates(days, COMPARED_DAYS)
  if (!last) return null
  return (
    <p className="trends-sum">
      <b>{counted(last.crashes, 'blue screen')}</b> in the last {COMPARED_DAYS} days:{' '}
      <b>{perThousand(last.perThousandAndWeek)}</b> a week for each 1,000 machines.
      {before && (
        <>
          {' '}
          In the {COMPARED_DAYS} days before, {perThousand(before.perThousandAndWeek)}.
        </>
      )}
    </p>
  )
}

const perThousand = (n: number) => (n >= 10 ? count(Math.round(n)) : n.toFixed(n >= 1 || n === 0 ? 1 : 2))

function machinesThatCrashed(series: Series, from: number, until: number): string | undefined {
  return series.label === 'Blue screens'
    ? to.machines(`had:stop:* at:${isoDay(from)}..${isoDay(until - DAY)}`)
    : undefined
}
