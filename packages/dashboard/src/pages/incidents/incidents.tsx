import type { IncidentRow } from '@pumphandle/shared/api'
import { count } from '@pumphandle/shared/words'
import { Link, useSearchParams } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Notice } from '../../design/notice.tsx'
import { Panel } from '../../design/panel.tsx'
import { useHeld, useSteady } from '../../design/steady.ts'
import { type Column, Table } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { usePageTitle } from '../../design/title.ts'
import { COHORT, INCIDENT } from '../../design/words.ts'

const cohort = (name: 'affected' | 'at-risk' | 'recovered'): Column<IncidentRow> => ({
  head: COHORT[name].word,
  number: true,
  cell: (i) => <Link href={to.machines(`incident:${i.id} cohort:${name}`)}>{count(i.cohorts[name])}</Link>,
})

const COLUMNS: readonly Column<IncidentRow>[] = [
  {
    head: 'Incident',
    cell: (i) => (
      <>
        <Link href={to.incident(i.id)}>{i.title}</Link>
        <p className="quiet small wide-only">{i.sentence}</p>
      </>
    ),
  },
  { head: 'Status', nowrap: true, cell: (i) => <Mark look={INCIDENT[i.status]} /> },
  { head: 'Began', nowrap: true, cell: (i) => <Time at={i.firstFailureAt} /> },
  cohort('affected'),
  { head: 'Last 5 minutes', number: true, nowrap: true, cell: (i) => (i.growth > 0 ? `+${count(i.growth)}` : '0') },
  cohort('at-risk'),
  cohort('recovered'),
  {
    head: 'Practices hit',
    number: true,
    cell: (i) => <Link href={`${to.incident(i.id)}#practices`}>{count(i.practices)}</Link>,
  },
  {
    head: 'Cannot work',
    number: true,
    cell: (i) => (i.stopped === undefined ? '–' : <Link href={to.practices('stopped', i.id)}>{count(i.stopped)}</Link>),
  },
  { head: 'Owner', cell: (i) => i.owner ?? <span className="quiet">nobody</span> },
]

/** Incidents that run, and those that were. */
export default function IncidentsPage() {
  usePageTitle('Incidents')
  const [params, setParams] = useSearchParams()
  const status = params.get('status') === 'all' ? 'all' : 'active'
  const answer = useAnswer('incidents', { query: { status, limit: 200 } }, { keep: true })
  const { data } = answer
  const { held, props } = useHeld()
  const { items } = useSteady(data?.items ?? [], (i) => String(i.id), held)
  return (
    <>
      <div className="page-head">
        <h1>Incidents</h1>
        <div className="segments" role="toolbar" aria-label="Which incidents">
          <button type="button" aria-pressed={status === 'active'} onClick={() => setParams({})}>
            Under way
          </button>
          <button type="button" aria-pressed={status === 'all'} onClick={() => setParams({ status: 'all' })}>
            All
          </button>
        </div>
      </div>
      <Panel title="Incidents" hideTitle>
        {!data && <Awaited of={answer} lines={6} height={220} />}
        {data && items.length === 0 && (
          <Notice title="No incident" shape="tick" tone="ok">
            Pumphandle compares machines with and without each version all the time, and speaks when one fares worse.{' '}
            {status === 'active' && <Link href="/incidents?status=all">Look at those that are over.</Link>}
          </Notice>
        )}
        {items.length > 0 && <Table label="Incidents" columns={COLUMNS} items={items} keyOf={(i) => i.id} {...props} />}
      </Panel>
    </>
  )
}
