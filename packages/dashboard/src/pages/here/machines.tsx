import type { Here } from '@pumphandle/shared/api'
import { counted } from '@pumphandle/shared/words'
import { Mark } from '../../design/mark.tsx'
import { lookOf, PC_ORDER, worksAt } from './words.ts'

/** The practice's PCs by whether somebody can work at them. */
export function Machines({ machines }: { machines: Here['machines'] }) {
  if (machines.length === 0) return <p>None of your PCs reports to us yet.</p>
  const works = machines.filter(worksAt).length
  const sorted = machines.toSorted(
    (a, b) => Number(a.unsettled) - Number(b.unsettled) || PC_ORDER.indexOf(a.state) - PC_ORDER.indexOf(b.state),
  )
  return (
    <>
      <p>
        {works} of {counted(machines.length, 'PC')} can be used.
      </p>
      <ul className="plain-list">
        {sorted.map((pc) => (
          <li key={pc.id} className="fact-line here-pc">
            <b>{pc.name}</b>
            <Mark look={lookOf(pc)} />
          </li>
        ))}
      </ul>
    </>
  )
}
