import { MINUTE, utcTime } from '@pumphandle/shared/time'
import { counted, MOST_ON_SHEET, sheetQuery, stepsOnSite } from '@pumphandle/shared/words'
import { lazy, Suspense } from 'react'
import { Link, useSearchParams } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { Awaited, AwaitedPage } from '../../design/awaited.tsx'
import { Button } from '../../design/button.tsx'
import { to } from '../../design/links.ts'
import { Loading, Notice } from '../../design/notice.tsx'
import { useNow } from '../../design/now.tsx'
import { localTime } from '../../design/time.tsx'
import { usePageTitle } from '../../design/title.ts'
import { WHY, WORKING } from '../../design/words.ts'
import { SheetRow } from './sheet-row.tsx'
import './sheet.css'

const Markdown = lazy(() => import('../../design/markdown.tsx'))

/** One practice on A4 for the technician who drives there: whom to ask for, what to do, which machines, boxes to tick. */
export default function SheetPage({ code }: { code: string }) {
  const [params, setParams] = useSearchParams()
  const number = params.get('incident')
  const all = params.get('all') === '1'
  const now = useNow(MINUTE)
  const practice = useAnswer('practice', { path: { code } })
  const incident = useAnswer('incident', { path: { id: number ?? '' } }, { enabled: number !== null })
  const machines = useAnswer('machines', {
    query: { q: sheetQuery(code, { incident: number || undefined, all }), sort: 'name', limit: MOST_ON_SHEET },
  })
  usePageTitle(`Sheet: ${practice.data?.practice.name ?? code}`)
  if (!practice.data || !machines.data)
    return (
      <AwaitedPage of={practice.data ? machines : practice} lines={12} height={800} className="sheet">
        <Link href={to.practice(code)}>Back to the practice</Link>
      </AwaitedPage>
    )
  const { practice: p, verdict, contacts, openingHours, address } = practice.data
  const runbook = incident.data?.runbook
  return (
    <main className="sheet">
      <p className="sheet-bar no-print cluster">
        <Link href={to.practice(code)}>Back to the practice</Link>
        <label>
          <input
            type="checkbox"
            checked={all}
            onChange={(e) =>
              setParams({ ...(number ? { incident: number } : {}), ...(e.target.checked ? { all: '1' } : {}) })
            }
          />{' '}
          All its machines
        </label>
        <Button kind="primary" onClick={() => window.print()}>
          Print
        </Button>
      </p>
      <header className="sheet-head">
        <div>
          <h1>{p.name}</h1>
          <p>{[p.code, p.pcn, p.region].filter(Boolean).join(' · ')}</p>
          {address && <p>{address}</p>}
          {openingHours && <p>Open: {openingHours}</p>}
          {contacts.map((c) => (
            <p key={c.name + c.phone}>
              {c.name}, {c.role}: <b>{c.phone}</b>
            </p>
          ))}
        </div>
        <p className="sheet-when">
          {WORKING[verdict.working].word}
          {WHY[verdict.why] && `: ${WHY[verdict.why]}`}
          <br />
          Printed {localTime(now, now)}
          <br />
          {utcTime(now)}
        </p>
      </header>
      {/* a sheet that is printed without its steps is carried there without them */}
      {number !== null && !incident.data && <Awaited of={incident} lines={6} />}
      {incident.data && (
        <section>
          <h2>{incident.data.incident.title}</h2>
          <p>{incident.data.incident.sentence}</p>
        </section>
      )}
      {runbook && (
        <section className="sheet-steps">
          <h2>{runbook.title}</h2>
          <Suspense fallback={<Loading lines={6} />}>
            <Markdown text={stepsOnSite(runbook.markdown)} />
          </Suspense>
        </section>
      )}
      <section>
        <h2>
          {counted(machines.data.total, 'machine')}
          {all ? '' : ' to see to'}
        </h2>
        {machines.data.total === 0 ? (
          <Notice title="No machine needs a visit" shape="tick" tone="ok">
            Tick "All its machines" to print them all.
          </Notice>
        ) : (
          <table className="sheet-table">
            <thead>
              <tr>
                <th scope="col">Machine</th>
                <th scope="col">What happened</th>
                <th scope="col">Attended</th>
                <th scope="col">Works</th>
                <th scope="col">Note</th>
                <th scope="col">Its page</th>
              </tr>
            </thead>
            <tbody>
              {machines.data.items.map((m) => (
                <SheetRow key={m.id} machine={m} />
              ))}
            </tbody>
          </table>
        )}
      </section>
      {machines.data.total > machines.data.items.length && (
        <p>
          These are {counted(machines.data.items.length, 'machine')}, and not all. The rest is on the recovery board.
        </p>
      )}
      <p className="sheet-sign">Technician: ______________________ &nbsp; Date and time: ______________________</p>
    </main>
  )
}
