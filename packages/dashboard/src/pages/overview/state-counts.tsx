import type { StateCounts as Counts } from '@pumphandle/shared/api'
import { Link } from 'wouter'
import { count } from '../../design/format.ts'
import { term, to } from '../../design/links.ts'
import { Shape } from '../../design/shape.tsx'
import { MACHINE, MACHINE_MEANING, STATES } from '../../design/words.ts'
import './state-counts.css'

/** How many machines are in each state: a bar of their shares, and each number a link to the machines. */
export function StateCounts({ states, scope = '' }: { states: Counts; scope?: string }) {
  const all = Math.max(
    1,
    STATES.reduce((sum, state) => sum + states[state], 0),
  )
  return (
    <div>
      <div className="state-bar" aria-hidden="true">
        {STATES.map((state) => (
          <span key={state} className={`fill-${MACHINE[state].tone}`} style={{ flexGrow: states[state] / all }} />
        ))}
      </div>
      <ul className="state-list">
        {STATES.map((state) => (
          <li key={state} className={states[state] === 0 ? 'quiet' : ''}>
            <Link href={to.machines(`${scope} ${term('state', state)}`.trim())} title={MACHINE_MEANING[state]}>
              <Shape name={MACHINE[state].shape} tone={MACHINE[state].tone} /> {MACHINE[state].word}
              <b>{count(states[state])}</b>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}
