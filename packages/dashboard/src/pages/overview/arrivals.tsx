import type { Arrival } from '@pumphandle/shared/api'
import { componentWords, count } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Notice } from '../../design/notice.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { VERDICT } from '../../design/words.ts'

const COLUMNS: readonly Column<Arrival>[] = [
  { head: 'Version', cell: (a) => <Link href={to.version(a.component.key)}>{componentWords(a.component)}</Link> },
  { head: 'Verdict', nowrap: true, cell: (a) => a.verdict && <Mark look={VERDICT[a.verdict.word]} /> },
  { head: 'Arrived', nowrap: true, cell: (a) => <Time at={a.firstSeen} /> },
  {
    head: 'Machines',
    number: true,
    cell: (a) => <Link href={to.having(a.component)}>{count(a.machines)}</Link>,
  },
  { head: 'Known', full: true, cell: (a) => a.verdict?.sentence ?? <span className="quiet">not counted yet</span> },
]

/** Versions new in the fleet: who has them, and what can be said of them. */
export function Arrivals({ arrivals }: { arrivals: readonly Arrival[] }) {
  if (arrivals.length === 0)
    return <Notice title="Nothing new">No component version came into the fleet in the last 72 hours.</Notice>
  return <Table label="Versions that arrived" columns={COLUMNS} items={arrivals} keyOf={(a) => a.component.key} />
}
