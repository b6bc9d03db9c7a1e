import type { MachineDetail } from '@pumphandle/shared/api'
import { nameWords, versionShort } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { to } from '../../design/links.ts'
import { type Column, Table } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'

const KINDS: Record<string, string> = {
  sensor: 'Sensor',
  content: 'Content',
  driver: 'Driver',
  os: 'Windows',
  firmware: 'Firmware',
  app: 'Application',
}
const ORDER = Object.keys(KINDS)

type Component = MachineDetail['components'][number]
const COLUMNS: readonly Column<Component>[] = [
  { head: 'Name', cell: (c) => (c.kind === 'driver' ? <code>{c.name}</code> : nameWords(c)) },
  { head: 'Kind', cell: (c) => <span className="quiet">{KINDS[c.kind] ?? c.kind}</span> },
  { head: 'Version', cell: (c) => <Link href={to.having(c)}>{versionShort(c.version)}</Link> },
  {
    head: 'Since',
    nowrap: true,
    cell: (c) => (c.since === null ? <span className="quiet">before the agent</span> : <Time at={c.since} />),
  },
]
const DETAIL: Column<Component> = {
  head: 'Detail',
  wideOnly: true,
  cell: (c) => <span className="quiet">{Object.values(c.detail).join(', ')}</span>,
}

/** Everything versioned on the machine with since when; a version leads to the machines that have it too. */
export function Components({ components }: { components: readonly Component[] }) {
  if (components.length === 0)
    return <p className="quiet">Nothing reported yet: the inventory comes a minute after the first start.</p>
  const sorted = [...components].sort(
    (a, b) =>
      ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (b.since ?? 0) - (a.since ?? 0) || a.name.localeCompare(b.name),
  )
  const told = components.some((c) => Object.keys(c.detail).length > 0)
  return (
    <Table label="What is on it" columns={told ? [...COLUMNS, DETAIL] : COLUMNS} items={sorted} keyOf={(c) => c.key} />
  )
}
