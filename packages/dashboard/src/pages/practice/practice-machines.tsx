import type { MachineRow } from '@pumphandle/shared/api'
import { componentShort, term } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { useHeld, useSteady } from '../../design/steady.ts'
import { type Column, Table } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { MACHINE } from '../../design/words.ts'

/** More machines than a practice has; beyond, the machines page lists them all. */
const LIMIT = 200

const COLUMNS: readonly Column<MachineRow>[] = [
  { head: 'Machine', cell: (m) => <Link href={to.machine(m.id)}>{m.name}</Link> },
  {
    head: 'State',
    nowrap: true,
    cell: (m) => (
      <span title={m.stateReason}>
        <Mark look={MACHINE[m.state]} />
      </span>
    ),
  },
  { head: 'Sensor', cell: (m) => (m.sensors[0] ? componentShort(m.sensors[0]) : '–') },
  { head: 'Last seen', nowrap: true, cell: (m) => <Time at={m.lastSeen} as="ago" /> },
]

/** A practice's machines, those in trouble first. */
export function PracticeMachines({ code }: { code: string }) {
  const answer = useAnswer('machines', { query: { q: term('practice', code), sort: 'state', limit: LIMIT } })
  const { data } = answer
  const { held, props } = useHeld()
  const { items } = useSteady(data?.items ?? [], (m) => m.id, held)
  if (!data) return <Awaited of={answer} lines={10} height={400} />
  return <Table label="Machines" columns={COLUMNS} items={items} keyOf={(m) => m.id} {...props} />
}
