import type { IncidentRow } from '@pumphandle/shared/api'
import { COHORT_MEANING, COHORTS, count } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { to } from '../../design/links.ts'
import { Shape } from '../../design/shape.tsx'
import { COHORT } from '../../design/words.ts'

/** The incident's cohorts as large numbers, each with what it means. */
export function Cohorts({ incident }: { incident: IncidentRow }) {
  return (
    <ul className="cohorts">
      {COHORTS.map((cohort) => (
        <li key={cohort}>
          <Link href={to.machines(`incident:${incident.id} cohort:${cohort}`)}>
            <span className={`cohorts-name tone-${COHORT[cohort].tone}`}>
              <Shape name={COHORT[cohort].shape} /> {COHORT[cohort].word}
            </span>
            <b>{count(incident.cohorts[cohort])}</b>
            <span className="quiet small">{COHORT_MEANING[cohort]}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
