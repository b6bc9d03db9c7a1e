import type { Here } from '@pumphandle/shared/api'
import { plural } from '../../design/format.ts'
import { Mark } from '../../design/mark.tsx'
import { PC, PC_ORDER } from './words.ts'

/** The practice's PCs by whether somebody can work at them. */
export function Machines({ machines }: { machines: Here['machines'] }) {
  if (machines.length === 0) return <p>None of your PCs reports to us yet.</p>
  const works = machines.filter(({ state }) => state === 'healthy' || state === 'crashed').length
  const sorted = machines.toSorted((a, b) => PC_ORDER.indexOf(a.state) - PC_ORDER.indexOf(b.state))
  return (
    <>
      <p>
        {works} of {plural(machines.length, 'PC')} can be worked at.
      </p>
      <ul className="plain-list">
        {sorted.map(({ id, name, state }) => (
          <li key={id} className="fact-line here-pc">
            <b>{name}</b>
            <Mark look={PC[state]} />
          </li>
        ))}
      </ul>
    </>
  )
}
