import type { RetiredMachine } from '@pumphandle/shared/api'
import { count, counted } from '@pumphandle/shared/words'
import { Link, useSearchParams } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { AwaitedPage } from '../../design/awaited.tsx'
import { TextField } from '../../design/inputs.tsx'
import { to } from '../../design/links.ts'
import { type Column, Table } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { usePageTitle } from '../../design/title.ts'
import { BackOrGone } from './back-or-gone.tsx'

const COLUMNS: readonly Column<RetiredMachine>[] = [
  { head: 'Machine', cell: (m) => <Link href={to.machine(m.id)}>{m.name}</Link> },
  {
    head: 'Practice',
    cell: (m) => (m.practice === null ? '–' : <Link href={to.practice(m.practice)}>{m.practice}</Link>),
  },
  { head: 'Why', cell: (m) => m.why, full: true },
  { head: 'Retired', nowrap: true, cell: (m) => <Time at={m.retiredAt} /> },
  { head: 'Last seen', nowrap: true, cell: (m) => <Time at={m.lastSeen} /> },
]

/** Machines that are out of the fleet: found by words, brought back, or deleted for good. */
export default function RetiredPage() {
  const [params, setParams] = useSearchParams()
  const q = params.get('q') ?? ''
  const answer = useAnswer('retiredMachines', { query: { q } }, { keep: true })
  usePageTitle('Retired machines')
  if (!answer.data) return <AwaitedPage of={answer} lines={12} height={800} />
  const { items, total } = answer.data
  return (
    <div className="stack">
      <h1>Retired machines</h1>
      <p className="quiet">
        They are not counted, listed or expected; their history stays until they are deleted. One that connects is back
        by itself.
      </p>
      <TextField
        label="With these words in their names, practices or reasons"
        value={q}
        onChange={(e) => setParams(e.target.value === '' ? {} : { q: e.target.value }, { replace: true })}
      />
      <p>
        <b>{count(total)}</b> {total === 1 ? 'machine' : 'machines'}.
        {items.length < total && ` The latest ${count(items.length)} are listed.`}
      </p>
      {q.trim() !== '' && total > 0 && <BackOrGone body={{ q }} what={`these ${counted(total, 'machine')}`} />}
      {items.length > 0 && <Table label="Retired machines" columns={COLUMNS} items={items} keyOf={(m) => m.id} />}
    </div>
  )
}
