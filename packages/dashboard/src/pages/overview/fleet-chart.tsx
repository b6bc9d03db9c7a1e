import { isoMinute } from '@pumphandle/shared/time'
import { count, duration } from '@pumphandle/shared/words'
import { useMemo } from 'react'
import { useAnswer } from '../../api/use.ts'
import type { Series } from '../../charts/series.ts'
import { TimeChart } from '../../charts/time-chart.tsx'
import { Awaited } from '../../design/awaited.tsx'
import { to } from '../../design/links.ts'

const PX = { ill: 130, boots: 74 }
const machinesThatCrashed = (s: Series, from: number, until: number) =>
  s.label === 'Crashes' ? to.machines(`crashed:>=${isoMinute(from)} crashed:<${isoMinute(until)}`) : undefined

/** Crashes and machines gone dark, above the boots of the same day: what is ill stands out from what is morning. */
export function FleetChart({ hours }: { hours: number }) {
  const answer = useAnswer('fleetSeries', { query: { hours } }, { keep: true })
  const { data } = answer
  const [ill, boots] = useMemo((): [Series[], Series[]] => {
    const values = data ?? { crashes: [], dark: [], boots: [] }
    return [
      [
        { label: 'Crashes', colour: 'crash-fill', values: values.crashes, as: 'bars' },
        { label: 'Gone dark', colour: 'dark', values: values.dark, as: 'line' },
      ],
      [{ label: 'Boots', colour: 'line-strong', values: values.boots, as: 'bars' }],
    ]
  }, [data])
  const per = `Per ${duration((data?.bucketSeconds ?? 0) * 1000).replace(/^1 /, '')}`
  const buckets = { from: data?.from ?? 0, bucketSeconds: data?.bucketSeconds ?? 600 }
  if (!data) return <Awaited of={answer} height={PX.ill + PX.boots + 52} />
  return (
    <>
      <TimeChart title={per} series={ill} {...buckets} height={PX.ill} format={count} link={machinesThatCrashed} />
      <TimeChart title={per} series={boots} {...buckets} height={PX.boots} format={count} />
    </>
  )
}
