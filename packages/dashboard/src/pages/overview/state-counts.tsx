import type { StateCounts as Counts } from '@pumphandle/shared/api'
import { count, MACHINE_STATES, STATE_MEANING, term } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { to } from '../../design/links.ts'
import { Shape } from '../../design/shape.tsx'
import { MACHINE } from '../../design/words.ts'
import './state-counts.css'

/** How many machines are in each state: a bar of their shares, and each number a link to the machines. */
export function StateCounts({ states, scope = '' }: { states: Counts; scope?: string }) {
  const all = Math.max(
    1,
    MACHINE_STATES.reduce((sum, state) => sum + states[state], 0),
  )
  return (
    <div>
      <div className="state-bar" aria-hidden="true">
        {MACHINE_STATES.map((state) => (
          <span
            key={state}
            className={`fill-${MACHINE[state].tone} ${states[state] > 0 ? 'state-some' : ''}`}
            style={{ flexGrow: states[state] / all }}
          />
        ))}
      </div>
      <ul className="state-list">
        {MACHINE_STATES.map((state) => (
          <li key={state} className={states[state] === 0 ? 'quiet' : ''}>
            <Link href={to.machines(`${scope} ${term('state', state)}`.trim())} title={STATE_MEANING[state]}>
              <Shape name={MACHINE[state].shape} tone={MACHINE[state].tone} /> {MACHINE[state].word}
              <b>{count(states[state])}</b>
            </Link>
          </li>
        ))}
      </ul>
      {/* beside an incident whose machines have all recovered it would else say the opposite */}
      {states.crashed > 0 && (
        <p className="quiet small">
          {MACHINE.crashed.word}: {STATE_MEANING.crashed}.
        </p>
      )}
    </div>
  )
}
