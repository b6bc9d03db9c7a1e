import type { CoverageMachine } from '@pumphandle/shared/api'
import { count, counted } from '@pumphandle/shared/words'
import { useState } from 'react'
import { Link } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { TextField } from '../../design/inputs.tsx'
import { to } from '../../design/links.ts'
import { Notice } from '../../design/notice.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { type Kind, SOURCE } from './words.ts'

const SHOWN = 100

const COLUMNS: readonly Column<CoverageMachine>[] = [
  { head: 'Machine', cell: ({ id, name }) => (id === null ? name : <Link href={to.machine(id)}>{name}</Link>) },
  {
    head: 'Practice',
    cell: ({ practice }) => (practice ? <Link href={to.practice(practice.code)}>{practice.name}</Link> : '–'),
  },
  { head: 'Serial number', wideOnly: true, cell: ({ serial }) => serial ?? '–' },
  { head: 'Lists', wideOnly: true, cell: ({ sources }) => sources.map((source) => SOURCE[source]).join(', ') || '–' },
  {
    head: 'Last heard of',
    nowrap: true,
    cell: ({ lastSeen, stale }) =>
      lastSeen === null ? (
        '–'
      ) : (
        <>
          <Time at={lastSeen} />
          {stale && <span className="quiet"> probably gone</span>}
        </>
      ),
  },
]
const GOOD: Record<Kind, string> = {
  missing: 'Every machine of your lists has an agent',
  unlisted: 'Every agent is on a list',
  stopped: 'Every agent was heard in the last two weeks',
  outdated: 'Every agent is of the newest version',
}

/** Machines of one kind, with a search over name, serial number and practice. */
export function Listed({ kind, newestAgent }: { kind: Kind; newestAgent: string | null }) {
  const [q, setQ] = useState('')
  const answer = useAnswer('coverageMachines', { query: { kind, q, limit: SHOWN } }, { keep: true })
  const { data } = answer
  if (!data) return <Awaited of={answer} lines={8} height={400} />
  return (
    <div className="stack">
      {kind === 'outdated' && newestAgent && <p className="quiet">The newest that any machine has is {newestAgent}.</p>}
      {(data.total > SHOWN || q !== '') && (
        <TextField label="Name, serial number or practice" value={q} onChange={(e) => setQ(e.target.value)} />
      )}
      {data.total === 0 ? (
        <Notice
          title={q === '' ? GOOD[kind] : 'None found'}
          shape={q === '' ? 'tick' : 'question'}
          tone={q === '' ? 'ok' : 'off'}
        />
      ) : (
        <Table label="Machines" columns={COLUMNS} items={data.items} keyOf={({ id, name }) => id ?? name} />
      )}
      {data.total > data.items.length && (
        <p className="quiet">
          {count(data.items.length)} of {counted(data.total, 'machine')}; the CSV has all.
        </p>
      )}
    </div>
  )
}
