import type { Cohort } from '@pumphandle/shared/api'
import { count } from '@pumphandle/shared/words'
import { useMemo } from 'react'
import { useAnswer } from '../../api/use.ts'
import type { Series } from '../../charts/series.ts'
import { TimeChart } from '../../charts/time-chart.tsx'
import { Awaited } from '../../design/awaited.tsx'
import { COHORT } from '../../design/words.ts'

const PX = 150
const DRAWN: readonly { cohort: Cohort; as: Series['as'] }[] = [
  { cohort: 'affected', as: 'line' },
  { cohort: 'at-risk', as: 'dashed' },
  { cohort: 'recovered', as: 'line' },
  { cohort: 'missing', as: 'dotted' },
]
const rate = (x: number) => (x >= 10 ? count(Math.round(x)) : x.toFixed(1))

/** How fast machines fail with and without the suspect, and how the cohorts grow and burn down. */
export function IncidentCharts({ id }: { id: string }) {
  const answer = useAnswer('incidentSeries', { path: { id } }, { keep: true })
  const { data } = answer
  const [rates, cohorts] = useMemo(
    (): [Series[], Series[]] => [
      [
        { label: 'With the suspect', colour: 'crash', values: data?.rateWith ?? [], as: 'line' },
        { label: 'Without', colour: 'off', values: data?.rateWithout ?? [], as: 'dashed' },
      ],
      DRAWN.map(({ cohort, as }) => ({
        label: COHORT[cohort].word,
        colour: COHORT[cohort].tone,
        values: data?.cohorts.map((c) => c[cohort]) ?? [],
        as,
      })),
    ],
    [data],
  )
  if (!data) return <Awaited of={answer} height={2 * PX + 64} />
  const buckets = { from: data.from, bucketSeconds: data.bucketSeconds }
  return (
    <div className="stack">
      <TimeChart title="Failures per 1,000 machine-hours" series={rates} {...buckets} height={PX} format={rate} />
      <TimeChart title="Machines by cohort" series={cohorts} {...buckets} height={PX} format={count} />
    </div>
  )
}
