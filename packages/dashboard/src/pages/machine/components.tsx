import type { MachineDetail } from '@pumphandle/shared/api'
import { Link } from 'wouter'
import { productWords } from '../../design/component-words.ts'
import { to } from '../../design/links.ts'
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

/** Everything versioned on the machine with since when; a version leads to the machines that have it too. */
export function Components({ components }: { components: MachineDetail['components'] }) {
  if (components.length === 0)
    return <p className="quiet">Nothing reported yet: the inventory comes a minute after the first start.</p>
  const sorted = [...components].sort(
    (a, b) =>
      ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (b.since ?? 0) - (a.since ?? 0) || a.name.localeCompare(b.name),
  )
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Kind</th>
            <th scope="col">Name</th>
            <th scope="col">Version</th>
            <th scope="col">Since</th>
            <th scope="col">Detail</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((c) => (
            <tr key={c.key}>
              <td className="quiet">{KINDS[c.kind] ?? c.kind}</td>
              <th scope="row">{c.kind === 'driver' ? <code>{c.name}</code> : productWords(c.name)}</th>
              <td>
                <Link href={to.machines(c.key)}>{c.version}</Link>
              </td>
              <td className="nowrap">
                {c.since === null ? <span className="quiet">before the agent</span> : <Time at={c.since} />}
              </td>
              <td className="quiet">{Object.values(c.detail).join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
