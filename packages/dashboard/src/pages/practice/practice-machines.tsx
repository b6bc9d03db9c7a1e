import { Link } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { componentShort } from '../../design/component-words.ts'
import { term, to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Loading } from '../../design/notice.tsx'
import { useHeld, useSteady } from '../../design/steady.ts'
import { Time } from '../../design/time.tsx'
import { MACHINE } from '../../design/words.ts'

/** More machines than a practice has; beyond, the machines page lists them all. */
const LIMIT = 200

/** A practice's machines, those in trouble first. */
export function PracticeMachines({ code }: { code: string }) {
  const { data } = useAnswer('machines', { query: { q: term('practice', code), sort: 'state', limit: LIMIT } })
  const { held, props } = useHeld()
  const { items } = useSteady(data?.items ?? [], (m) => m.id, held)
  if (!data) return <Loading lines={10} height={400} />
  return (
    <div className="table-scroll" {...props}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Machine</th>
            <th scope="col">State</th>
            <th scope="col">Sensor</th>
            <th scope="col">Last seen</th>
          </tr>
        </thead>
        <tbody>
          {items.map((m) => (
            <tr key={m.id}>
              <th scope="row">
                <Link href={to.machine(m.id)}>{m.name}</Link>
              </th>
              <td title={m.stateReason}>
                <Mark look={MACHINE[m.state]} />
              </td>
              <td>{m.sensors[0] ? componentShort(m.sensors[0]) : '–'}</td>
              <td className="nowrap">
                <Time at={m.lastSeen} as="ago" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
