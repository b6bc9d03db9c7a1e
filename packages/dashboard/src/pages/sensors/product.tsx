import type { SensorProduct, VersionRow } from '@pumphandle/shared/api'
import { nameWords } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { count, plural } from '../../design/format.ts'
import { term, to } from '../../design/links.ts'
import { Panel } from '../../design/panel.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { AdoptionChart } from './adoption-chart.tsx'
import { RateBar } from './rate-bar.tsx'

/** A version is marked from this many times the highest that another's rate may be. */
const TIMES_WORSE = 2
/** Versions shown; older ones are reached by the query. */
const SHOWN = 8

export function Product({ product }: { product: SensorProduct }) {
  const { kind, name, versions, machines, lagging } = product
  const most = Math.max(0.1, ...versions.map((v) => v.rateHigh ?? 0))
  const best = Math.min(...versions.map((v) => v.rateHigh ?? Number.POSITIVE_INFINITY))
  const query = term(kind, name)
  const columns: Column<VersionRow>[] = [
    {
      head: 'Version',
      cell: (v) => (
        <span className="nowrap">
          <Link href={to.machines(v.component.key)}>{v.component.version}</Link>
          {v.newest && <span className="tag">newest</span>}
          {v.oldest && !v.newest && <span className="tag">oldest</span>}
        </span>
      ),
    },
    { head: 'First seen', nowrap: true, cell: (v) => <Time at={v.firstSeen} /> },
    {
      head: 'Machines',
      number: true,
      cell: (v) => <Link href={to.machines(v.component.key)}>{count(v.machines)}</Link>,
    },
    {
      head: 'Crashes',
      number: true,
      cell: (v) =>
        v.crashes === 0 ? 0 : <Link href={to.machines(`${v.component.key} crashed:<7d`)}>{count(v.crashes)}</Link>,
    },
    {
      head: 'Per 1,000 machine-hours, 95% interval',
      full: true,
      cell: (v) => (
        <RateBar
          rate={v.rate}
          low={v.rateLow}
          high={v.rateHigh}
          most={most}
          worse={(v.rateLow ?? 0) > TIMES_WORSE * best}
        />
      ),
    },
  ]
  return (
    <Panel
      title={nameWords({ kind, name })}
      aside={
        <>
          <Link href={to.machines(query)}>{plural(machines, 'machine')}</Link>
          {lagging > 0 && <>, {count(lagging)} on a version older than the two newest</>}
        </>
      }
    >
      <div className="product">
        <div>
          <Table
            label={`Versions of ${nameWords({ kind, name })}`}
            columns={columns}
            items={versions.slice(0, SHOWN)}
            keyOf={(v) => v.component.key}
          />
          {versions.length > SHOWN && (
            <p className="quiet small">
              and {count(versions.length - SHOWN)} older versions on{' '}
              {plural(
                versions.slice(SHOWN).reduce((n, v) => n + v.machines, 0),
                'machine',
              )}
            </p>
          )}
        </div>
        <AdoptionChart product={product} />
      </div>
    </Panel>
  )
}
