import { HIT } from '@pumphandle/shared/words'
import { Link, useSearchParams } from 'wouter'
import { inWords, useAnswer } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { plural } from '../../design/format.ts'
import { to } from '../../design/links.ts'
import { Loading, Notice } from '../../design/notice.tsx'
import { useHeld, useSteady } from '../../design/steady.ts'
import { usePageTitle } from '../../design/title.ts'
import { COHORT } from '../../design/words.ts'
import { Card } from './card.tsx'
import { Progress } from './progress.tsx'
import { useRecovery } from './rows.ts'
import './recovery.css'

/** Who has been seen to, who works again, who is proven well: for the manager's wall and the technician's telephone. */
export default function RecoveryPage({ id }: { id: string }) {
  usePageTitle('Recovery board')
  const [params, setParams] = useSearchParams()
  const cohort = HIT.find((c) => c === params.get('cohort'))
  const practice = params.get('practice') ?? undefined
  const incident = useAnswer('incident', { path: { id } })
  const rows = useRecovery(id, cohort, practice)
  const { held, props } = useHeld()
  const first = rows.data?.pages[0]
  const { items, pending, release } = useSteady(rows.data?.pages.flatMap((p) => p.items) ?? [], (r) => r.machine, held)
  const set = (key: string, value: string) =>
    setParams((old) => {
      const next = new URLSearchParams(old)
      if (value) next.set(key, value)
      else next.delete(key)
      return next
    })
  return (
    <div className="stack">
      <header>
        <p>
          <Link href={to.incident(Number(id))}>{incident.data?.incident.title ?? `Incident ${id}`}</Link>
        </p>
        <h1>Recovery</h1>
      </header>
      {first ? <Progress counts={first.counts} /> : <Loading height={110} />}
      <div className="recovery-filter no-print">
        <label>
          Machines
          <select className="input" value={cohort ?? ''} onChange={(e) => set('cohort', e.target.value)}>
            <option value="">All that were hit</option>
            {HIT.map((c) => (
              <option key={c} value={c}>
                {COHORT[c].word}
              </option>
            ))}
          </select>
        </label>
        <label>
          Practice
          <select className="input" value={practice ?? ''} onChange={(e) => set('practice', e.target.value)}>
            <option value="">Every practice</option>
            {incident.data?.byPractice.map(({ practice: p }) => (
              <option key={p.code} value={p.code}>
                {p.name} ({p.code})
              </option>
            ))}
          </select>
        </label>
        {practice && <Link href={to.sheet(practice, Number(id))}>Print its sheet</Link>}
        <output className="recovery-pending">
          {pending > 0 && (
            <Button kind="bare" onClick={release}>
              {plural(pending, 'change')}
            </Button>
          )}
        </output>
      </div>
      {!first && rows.error && <Notice title={inWords(rows.error).title}>{inWords(rows.error).detail}</Notice>}
      {first && items.length === 0 && (
        <Notice title="No machine here" shape="tick" tone="ok">
          Nothing of this kind was hit. Choose every practice to see the rest.
        </Notice>
      )}
      <ul className="cards" {...props}>
        {items.map((row) => (
          <Card key={row.machine} row={row} incident={id} />
        ))}
      </ul>
      {rows.hasNextPage && (
        <p>
          <Button busy={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>
            Show more
          </Button>
        </p>
      )}
    </div>
  )
}
