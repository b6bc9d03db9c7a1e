import { DAY, MINUTE } from '@pumphandle/shared/time'
import { lazy, Suspense, useId, useState } from 'react'
import { useNow } from '../design/now.tsx'
import { localTime, utcDays } from '../design/time.tsx'
import { areDays, type Buckets, bucketAt, DASH, lengthOf, type Series } from './series.ts'
import { SeriesTable } from './series-table.tsx'
import './time-chart.css'

const Canvas = lazy(() => import('./canvas.tsx'))

interface Props extends Buckets {
  title: string
  series: readonly Series[]
  /** Pixels of the drawing, kept free before it is there. */
  height?: number
  /** A number in words, with its unit. */
  format: (value: number) => string
  /** The machines behind a number: the table's cells link there. */
  link?: (series: Series, from: number, until: number) => string | undefined
  hideTitle?: boolean
}

/** Figures over time, drawn; the legend reads out the bucket under the pointer, and a table says the same in words. */
export function TimeChart({ title, series, height = 140, format, link, hideTitle = false, ...buckets }: Props) {
  const id = useId()
  const now = useNow(MINUTE)
  const [at, setAt] = useState<number>()
  const [asTable, setAsTable] = useState(false)
  // the pointer past the last bucket's beginning still means the last bucket
  const bucket = at === undefined ? undefined : Math.min(at, lengthOf(series) - 1)
  const when =
    bucket === undefined
      ? ''
      : `${areDays(buckets) ? utcDays(bucketAt(buckets, bucket), (buckets.bucketSeconds * 1000) / DAY) : localTime(bucketAt(buckets, bucket), now, buckets.bucketSeconds < 60)}${bucketAt(buckets, bucket + 1) > now ? ', so far' : ''}`
  const value = (s: Series) => {
    const v = bucket === undefined ? undefined : s.values[bucket]
    return v === undefined || v === null ? '' : format(v)
  }
  return (
    <figure className="chart" aria-labelledby={id}>
      <figcaption className="chart-head">
        <span id={id} className={hideTitle ? 'visually-hidden' : 'chart-title'}>
          {title}
        </span>
        <span className="chart-legend" aria-hidden="true">
          {series.map((s) => (
            <span key={s.label}>
              <svg viewBox="0 0 18 10" width="18" height="10" style={{ color: `var(--${s.colour})` }}>
                {s.as === 'bars' || s.as === 'area' ? (
                  <rect x="3" width="12" height="10" fill="currentColor" />
                ) : s.as === 'marks' ? (
                  <path d="m5 1 8 8M13 1 5 9" stroke="currentColor" strokeWidth="2" />
                ) : (
                  <path d="M0 5h18" stroke="currentColor" strokeWidth="2.5" strokeDasharray={DASH[s.as]?.join(' ')} />
                )}
              </svg>
              {s.label} <b>{value(s)}</b>
            </span>
          ))}
          <time className="chart-when">{when}</time>
        </span>
        <button type="button" className="chart-toggle no-print" onClick={() => setAsTable(!asTable)}>
          {asTable ? 'Chart' : 'Table'}
          <span className="visually-hidden"> of {title}</span>
        </button>
      </figcaption>
      <div style={{ minBlockSize: height }}>
        {asTable ? (
          <SeriesTable title={title} series={series} buckets={buckets} format={format} link={link} height={height} />
        ) : (
          <Suspense>
            <Canvas series={series} buckets={buckets} height={height} onPoint={setAt} format={format} now={now} />
          </Suspense>
        )}
      </div>
    </figure>
  )
}
