import type { Arrival } from '@pumphandle/shared/api'
import { componentWords } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { count } from '../../design/format.ts'
import { to } from '../../design/links.ts'
import { Notice } from '../../design/notice.tsx'
import { Shape } from '../../design/shape.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'

/** Versions new in the fleet: who has them, and how they fare beside machines without them. */
export function Arrivals({ arrivals }: { arrivals: readonly Arrival[] }) {
  if (arrivals.length === 0)
    return <Notice title="Nothing new">No component version came into the fleet in the last 72 hours.</Notice>
  const most = Math.max(...arrivals.map((a) => Math.max(a.rate ?? 0, a.restRate ?? 0)))
  const columns: Column<Arrival>[] = [
    { head: 'Version', cell: (a) => <Link href={to.machines(a.component.key)}>{componentWords(a.component)}</Link> },
    { head: 'Arrived', nowrap: true, cell: (a) => <Time at={a.firstSeen} /> },
    {
      head: 'Machines',
      number: true,
      cell: (a) => <Link href={to.machines(a.component.key)}>{count(a.machines)}</Link>,
    },
    {
      head: 'Crashes',
      number: true,
      cell: (a) =>
        a.crashes === 0 ? 0 : <Link href={to.machines(`${a.component.key} crashed:<72h`)}>{count(a.crashes)}</Link>,
    },
    {
      head: 'Crashes per 1,000 machine-hours, with it and without',
      full: true,
      cell: (a) => <Rates with={a.rate} without={a.restRate} most={most} />,
    },
  ]
  return <Table label="Versions that arrived" columns={columns} items={arrivals} keyOf={(a) => a.component.key} />
}

/** From this many times the rest's rate on, and above this rate, a difference is worth a mark; the detector judges better. */
const WORSE = { times: 5, rate: 1 }

function Rates({ with: rate, without, most }: { with: number | null; without: number | null; most: number }) {
  const worse = rate !== null && without !== null && rate > WORSE.rate && rate > without * WORSE.times
  const width = (x: number | null) => `${(100 * Math.sqrt((x ?? 0) / (most || 1))).toFixed(1)}%`
  return (
    <div className="rates">
      <span className="rates-bars" aria-hidden="true">
        <i className={worse ? 'fill-crash' : 'fill-ok'} style={{ inlineSize: width(rate) }} />
        <i className="fill-off" style={{ inlineSize: width(without) }} />
      </span>
      <span className={worse ? 'tone-crash' : ''}>
        {worse && <Shape name="bang" label="much worse than the rest:" />} <b>{perThousand(rate)}</b>{' '}
        <span className="quiet">against {perThousand(without)}</span>
      </span>
    </div>
  )
}

const perThousand = (x: number | null) =>
  x === null ? 'not known' : x >= 10 ? count(Math.round(x)) : x.toFixed(x === 0 ? 0 : x < 1 ? 2 : 1)
