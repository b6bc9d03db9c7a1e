import type { SensorProduct } from '@pumphandle/shared/api'
import { HOUR } from '@pumphandle/shared/time'
import { useMemo } from 'react'
import { useAnswer } from '../../api/use.ts'
import type { Series } from '../../charts/series.ts'
import { TimeChart } from '../../charts/time-chart.tsx'
import { count } from '../../design/format.ts'
import { useNow } from '../../design/now.tsx'

/** Hours drawn: the shortest that holds the arrival of every version but those from before. */
const SPANS = [2, 24, 72] as const
const PX = 150
/** Lines told apart by dashes and by ink; more than four at once tell nobody anything. */
const STYLES: readonly Pick<Series, 'as' | 'colour'>[] = [
  { as: 'line', colour: 'accent' },
  { as: 'dashed', colour: 'ink-2' },
  { as: 'dotted', colour: 'ink' },
  { as: 'dashed', colour: 'warn' },
]

/** How a product's versions replaced one another, over three days at most. */
export function AdoptionChart({ product: { kind, name, versions } }: { product: SensorProduct }) {
  const now = useNow(HOUR)
  const oldest = Math.min(...versions.map((v) => v.firstSeen))
  const hours = SPANS.find((h) => oldest > now - h * HOUR) ?? SPANS[2]
  const { data } = useAnswer('adoption', { query: { kind, name, hours } }, { keep: true })
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
      title={`Machines, last ${hours} hours`}
      series={series}
      from={data.from}
      bucketSeconds={data.bucketSeconds}
      height={PX}
      format={count}
    />
  )
}
