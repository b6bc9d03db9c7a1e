import type { SensorProduct } from '@pumphandle/shared/api'
import { useMemo } from 'react'
import { useAnswer } from '../../api/use.ts'
import type { Series } from '../../charts/series.ts'
import { TimeChart } from '../../charts/time-chart.tsx'
import { count } from '../../design/format.ts'

const HOURS = 72
const PX = 150
/** Lines told apart by dashes and by ink; more than four at once tell nobody anything. */
const STYLES: readonly Pick<Series, 'as' | 'colour'>[] = [
  { as: 'line', colour: 'accent' },
  { as: 'dashed', colour: 'ink-2' },
  { as: 'dotted', colour: 'ink' },
  { as: 'dashed', colour: 'warn' },
]

/** How a product's versions replaced one another over three days. */
export function AdoptionChart({ kind, name }: Pick<SensorProduct, 'kind' | 'name'>) {
  const { data } = useAnswer('adoption', { query: { kind, name, hours: HOURS } }, { keep: true })
  const series = useMemo(
    () =>
      STYLES.flatMap((style, i): Series[] => {
        const version = data?.versions[i]
        return version ? [{ ...style, label: version.version, values: version.machines }] : []
      }),
    [data],
  )
  if (!data) return <div style={{ minBlockSize: PX + 26 }} />
  return (
    <TimeChart
      title="Machines, 72 hours"
      series={series}
      from={data.from}
      bucketSeconds={data.bucketSeconds}
      height={PX}
      format={count}
    />
  )
}
