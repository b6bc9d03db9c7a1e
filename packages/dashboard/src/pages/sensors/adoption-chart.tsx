import type { Adoption } from '@pumphandle/shared/api'
import type { Args } from '@pumphandle/shared/client'
import { HOUR } from '@pumphandle/shared/time'
import { count, versionShort } from '@pumphandle/shared/words'
import { useMemo } from 'react'
import { useAnswer } from '../../api/use.ts'
import type { Series } from '../../charts/series.ts'
import { TimeChart } from '../../charts/time-chart.tsx'
import { Awaited } from '../../design/awaited.tsx'
import { useNow } from '../../design/now.tsx'

type AdoptionKind = NonNullable<Args<'adoption'>['query']>['kind']

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

interface Props {
  of: { readonly kind: AdoptionKind; readonly name: string }
  /** When the fleet first had each of the versions. */
  firstSeen: readonly number[]
}

/** How a product's versions replaced one another, over three days at most, and when machines with them failed. */
export function AdoptionChart({ of: { kind, name }, firstSeen }: Props) {
  const now = useNow(HOUR)
  const oldest = Math.min(...firstSeen)
  const hours = SPANS.find((h) => oldest > now - h * HOUR) ?? SPANS[2]
  const answer = useAnswer('adoption', { query: { kind, name, hours } }, { keep: true })
  const { data } = answer
  const series = useMemo(
    () =>
      data
        ? [
            ...STYLES.flatMap((style, i): Series[] => {
              const version = data.versions[i]
              return version ? [{ ...style, label: versionShort(version.version), values: version.machines }] : []
            }),
            { as: 'marks', colour: 'crash', label: 'blue screens', values: summed(data.versions) } satisfies Series,
          ]
        : [],
    [data],
  )
  if (!data) return <Awaited of={answer} height={PX + 26} />
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

/** Machines that failed in each bucket, whatever their version. */
function summed(versions: Adoption['versions']): number[] {
  return (versions[0]?.failures ?? []).map((_, i) =>
    versions.reduce((sum, { failures }) => sum + (failures[i] ?? 0), 0),
  )
}
