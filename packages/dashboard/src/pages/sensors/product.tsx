import type { SensorProduct, VersionRow } from '@pumphandle/shared/api'
import { count, counted, nameWords, term, versionShort } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Panel } from '../../design/panel.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { VERDICT } from '../../design/words.ts'
import { AdoptionChart } from './adoption-chart.tsx'

/** Versions shown; older ones are reached by the query. */
const SHOWN = 8

const COLUMNS: readonly Column<VersionRow>[] = [
  {
    head: 'Version',
    cell: (v) => (
      <span className="nowrap">
        <Link href={to.version(v.component.key)}>{versionShort(v.component.version)}</Link>
        {v.newest && <span className="tag">newest</span>}
        {v.behind > 0 && <span className="tag">{v.behind} behind</span>}
      </span>
    ),
  },
  { head: 'Verdict', nowrap: true, cell: (v) => v.verdict && <Mark look={VERDICT[v.verdict.word]} /> },
  {
    head: 'Machines',
    number: true,
    cell: (v) => <Link href={to.having(v.component)}>{count(v.machines)}</Link>,
  },
  { head: 'First seen', nowrap: true, cell: (v) => <Time at={v.firstSeen} /> },
  { head: 'Known', full: true, cell: (v) => v.verdict?.sentence ?? <span className="quiet">not counted yet</span> },
]

export function Product({ product }: { product: SensorProduct }) {
  const { kind, name, versions, machines, lagging } = product
  const query = term(kind, name)
  return (
    <Panel
      title={nameWords({ kind, name })}
      aside={
        <>
          <Link href={to.machines(query)}>{counted(machines, 'machine')}</Link>
          {lagging > 0 && <>, {count(lagging)} on a version older than the two newest</>}
        </>
      }
    >
      <div className="product">
        <div>
          <Table
            label={`Versions of ${nameWords({ kind, name })}`}
            columns={COLUMNS}
            items={versions.slice(0, SHOWN)}
            keyOf={(v) => v.component.key}
          />
          {versions.length > SHOWN && (
            <p className="quiet small">
              and {count(versions.length - SHOWN)} older versions on{' '}
              {counted(
                versions.slice(SHOWN).reduce((n, v) => n + v.machines, 0),
                'machine',
              )}
            </p>
          )}
        </div>
        <AdoptionChart of={product} firstSeen={versions.map((v) => v.firstSeen)} />
      </div>
    </Panel>
  )
}
