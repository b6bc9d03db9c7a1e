import { Link, useSearchParams } from 'wouter'
import { inWords, useAnswer } from '../../api/use.ts'
import { usePageTitle } from '../../app/title.ts'
import { count } from '../../design/format.ts'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Loading, Notice } from '../../design/notice.tsx'
import { Panel } from '../../design/panel.tsx'
import { useHeld, useSteady } from '../../design/steady.ts'
import { Time } from '../../design/time.tsx'
import { INCIDENT } from '../../design/words.ts'

/** Incidents that run, and those that were. */
export default function IncidentsPage() {
  usePageTitle('Incidents')
  const [params, setParams] = useSearchParams()
  const status = params.get('status') === 'all' ? 'all' : 'active'
  const { data, error } = useAnswer('incidents', { query: { status, limit: 200 } }, { keep: true })
  const { held, props } = useHeld()
  const { items } = useSteady(data?.items ?? [], (i) => String(i.id), held)
  return (
    <>
      <div className="page-head">
        <h1>Incidents</h1>
        <div className="segments" role="toolbar" aria-label="Which incidents">
          <button type="button" aria-pressed={status === 'active'} onClick={() => setParams({})}>
            Running
          </button>
          <button type="button" aria-pressed={status === 'all'} onClick={() => setParams({ status: 'all' })}>
            All
          </button>
        </div>
      </div>
      <Panel title="Incidents" hideTitle>
        {!data && error && <Notice title={inWords(error).title}>{inWords(error).detail}</Notice>}
        {!data && !error && <Loading lines={6} height={220} />}
        {data && items.length === 0 && (
          <Notice title="No incident" shape="tick" tone="ok">
            Pumphandle compares machines with and without each version all the time, and speaks when one fares worse.{' '}
            {status === 'active' && <Link href="/incidents?status=all">Look at those that are over.</Link>}
          </Notice>
        )}
        {items.length > 0 && (
          <div className="table-scroll" {...props}>
            <table className="plain-table">
              <thead>
                <tr>
                  <th scope="col">Status</th>
                  <th scope="col">Incident</th>
                  <th scope="col">Began</th>
                  <th scope="col" className="number">
                    Affected
                  </th>
                  <th scope="col" className="number">
                    At risk
                  </th>
                  <th scope="col" className="number">
                    Recovered
                  </th>
                  <th scope="col" className="number">
                    Practices
                  </th>
                  <th scope="col">Owner</th>
                </tr>
              </thead>
              <tbody>
                {items.map((i) => (
                  <tr key={i.id}>
                    <td>
                      <Mark look={INCIDENT[i.status]} />
                    </td>
                    <th scope="row">
                      <Link href={to.incident(i.id)}>{i.title}</Link>
                    </th>
                    <td className="nowrap">
                      <Time at={i.firstFailureAt} />
                    </td>
                    <td className="number">
                      <Link href={to.machines(`incident:${i.id} cohort:affected`)}>{count(i.cohorts.affected)}</Link>
                    </td>
                    <td className="number">
                      <Link href={to.machines(`incident:${i.id} cohort:at-risk`)}>{count(i.cohorts['at-risk'])}</Link>
                    </td>
                    <td className="number">
                      <Link href={to.machines(`incident:${i.id} cohort:recovered`)}>{count(i.cohorts.recovered)}</Link>
                    </td>
                    <td className="number">{count(i.practices)}</td>
                    <td>{i.owner ?? <span className="quiet">nobody</span>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
    </>
  )
}
