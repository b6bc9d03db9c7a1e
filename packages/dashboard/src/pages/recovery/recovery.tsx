import { HIT, hitOf } from '@pumphandle/shared/words'
import { useState } from 'react'
import { Link, useLocation, useSearchParams } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { Awaited, AwaitedPage } from '../../design/awaited.tsx'
import { to } from '../../design/links.ts'
import { PrintedAt } from '../../design/printed-at.tsx'
import { Scan } from '../../design/scan.tsx'
import { usePageTitle } from '../../design/title.ts'
import { useLater } from '../../design/use-later.ts'
import { COHORT } from '../../design/words.ts'
import { Cards } from './cards.tsx'
import { Places } from './places.tsx'
import { Progress } from './progress.tsx'
import { useRecovery } from './rows.ts'
import './recovery.css'

/** How long a search waits for the next letter. */
const TYPING_MS = 200
/** The code of our own sheet is the address of a machine's page. */
const MACHINE_PAGE = /\/machines\/([0-9A-Z]{26})$/

/** Who has been seen to, who works again, who is proven well: for the manager's wall and the technician's telephone. */
export default function RecoveryPage({ id }: { id: string }) {
  usePageTitle('Recovery board')
  const [params, setParams] = useSearchParams()
  const [, navigate] = useLocation()
  const cohort = HIT.find((c) => c === params.get('cohort'))
  const practice = params.get('practice')
  const [name, setName] = useState('')
  const search = useLater(name.trim(), TYPING_MS)
  const incident = useAnswer('incident', { path: { id } })
  const board = useRecovery(id, {})
  const counts = board.data?.pages[0]?.counts
  // no such incident: there is nothing to search either
  if (!incident.data)
    return (
      <AwaitedPage of={incident} lines={8} height={600}>
        <Link href={to.incidents()}>All incidents</Link>
      </AwaitedPage>
    )
  const { incident: row, byPractice } = incident.data
  const places = byPractice.filter((p) => practice === null || p.practice.code === practice)
  const onCode = (text: string) => {
    const machine = MACHINE_PAGE.exec(text)?.[1]
    if (machine) navigate(to.machine(machine))
    else setName(text)
  }
  return (
    <div className="stack">
      <header>
        <p>
          <Link href={to.incident(Number(id))}>{row.title}</Link>
        </p>
        <h1>Recovery</h1>
        <PrintedAt />
      </header>
      {counts ? <Progress counts={counts} /> : <Awaited of={board} height={110} />}
      <search className="recovery-filter no-print">
        <label>
          Find a machine
          <input
            className="input"
            type="search"
            value={name}
            placeholder="A part of its name or serial number"
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <Scan
          onCode={onCode}
          without="This browser reads no codes: your telephone’s camera opens the one on a sheet, and the serial number on a case can be typed."
        />
        <label>
          Machines
          <select
            className="input"
            value={cohort ?? ''}
            onChange={(event) =>
              setParams((old) => {
                const next = new URLSearchParams(old)
                if (event.target.value) next.set('cohort', event.target.value)
                else next.delete('cohort')
                return next
              })
            }
          >
            <option value="">All that were hit</option>
            {HIT.map((c) => (
              <option key={c} value={c}>
                {COHORT[c].word}
              </option>
            ))}
          </select>
        </label>
        {practice !== null && <Link href={to.recovery(Number(id))}>Every practice</Link>}
      </search>
      {search ? (
        <Cards incident={id} cohort={cohort} name={search} none="No machine of this incident has that in its name." />
      ) : (
        <Places incident={id} cohort={cohort} practices={places} hit={practice === null ? hitOf(row.cohorts) : 0} />
      )}
    </div>
  )
}
