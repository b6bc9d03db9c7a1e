import { NEEDS_A_LOOK, type VersionVerdict } from '@pumphandle/shared/api'
import { componentWords, count, counted } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Panel } from '../../design/panel.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { VERDICT } from '../../design/words.ts'

/** Shown at most: more are no list of things to look at. */
const SHOWN = 12

const COLUMNS: readonly Column<VersionVerdict>[] = [
  { head: 'Version', cell: (v) => <Link href={to.version(v.component.key)}>{componentWords(v.component)}</Link> },
  { head: 'Verdict', nowrap: true, cell: (v) => <Mark look={VERDICT[v.word]} /> },
  {
    head: 'Machines',
    number: true,
    cell: (v) => <Link href={to.having(v.component)}>{count(v.machines)}</Link>,
  },
  { head: 'Known', full: true, cell: (v) => v.sentence },
  {
    head: 'Incident',
    nowrap: true,
    cell: (v) => (v.incident === null ? 'none' : <Link href={to.incident(v.incident)}>Incident {v.incident}</Link>),
  },
]

/** Versions of any kind, drivers and Windows among them, that call for somebody. */
export function NeedsALook() {
  const answer = useAnswer('verdicts', { query: { limit: SHOWN } }, { keep: true })
  const { data } = answer
  if (!data)
    return (
      <Panel title="Needs a look">
        <Awaited of={answer} />
      </Panel>
    )
  const found = data.items.filter(({ word }) => NEEDS_A_LOOK.includes(word))
  return (
    <Panel title="Needs a look" aside={counted(data.total, 'version') + ' in use'}>
      {found.length === 0 ? (
        <p>No version is bad or suspect.</p>
      ) : (
        <Table label="Versions that need a look" columns={COLUMNS} items={found} keyOf={(v) => v.component.key} />
      )}
    </Panel>
  )
}
