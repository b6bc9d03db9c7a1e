import { DAY } from '@pumphandle/shared/time'
import { Link } from 'wouter'
import { Time, utcDays } from '../design/time.tsx'
import { areDays, type Buckets, bucketAt, lengthOf, type Series } from './series.ts'

interface Props {
  title: string
  series: readonly Series[]
  buckets: Buckets
  format: (value: number) => string
  link?: ((series: Series, from: number, until: number) => string | undefined) | undefined
  height: number
}

/** A chart's numbers, newest first, buckets in which nothing happened left out. Scrolls within the chart's own room. */
export function SeriesTable({ title, series, buckets, format, link, height }: Props) {
  const longest = lengthOf(series)
  const rows = Array.from({ length: longest }, (_, i) => longest - 1 - i).filter((i) => series.some((s) => s.values[i]))
  return (
    // a region that scrolls must be reachable by keyboard
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="chart-table" style={{ blockSize: height }} tabIndex={0} aria-label={`${title}, table`}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{areDays(buckets) ? 'Day' : 'From'}</th>
            {series.map((s) => (
              <th scope="col" className="number" key={s.label}>
                {s.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((i) => (
            <tr key={i}>
              <th scope="row">
                {areDays(buckets) ? (
                  utcDays(bucketAt(buckets, i), (buckets.bucketSeconds * 1000) / DAY)
                ) : (
                  <Time at={bucketAt(buckets, i)} as={buckets.bucketSeconds < 60 ? 'seconds' : 'local'} />
                )}
              </th>
              {series.map((s) => {
                const value = s.values[i]
                const href = value ? link?.(s, bucketAt(buckets, i), bucketAt(buckets, i + 1)) : undefined
                const text = value === null || value === undefined ? '–' : format(value)
                return (
                  <td className="number" key={s.label}>
                    {href ? <Link href={href}>{text}</Link> : text}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className="quiet">Nothing in this time.</p>}
    </section>
  )
}
