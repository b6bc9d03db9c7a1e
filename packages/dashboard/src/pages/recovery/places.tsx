import type { Cohort, IncidentDetail } from '@pumphandle/shared/api'
import { count, hitOf, illOf } from '@pumphandle/shared/words'
import { useState } from 'react'
import { Link } from 'wouter'
import { Button } from '../../design/button.tsx'
import { to } from '../../design/links.ts'
import { useFirst } from '../../design/use-first.ts'
import { Cards } from './cards.tsx'

/** Practices shown before a press for the rest: some screens of a telephone. The search finds a machine in any. */
const FIRST = 40

/** What the API calls the practice of machines that have none. */
const NO_PRACTICE = '-'

interface Props {
  incident: string
  cohort: Cohort | undefined
  practices: IncidentDetail['byPractice']
  /** Machines that were hit, in practices or not. */
  hit: number
}

/** The round of visits: each practice with what is left to do there, folded until somebody stands in it. */
export function Places({ incident, cohort, practices, hit }: Props) {
  const places = practices.map(({ practice, cohorts }) => ({
    code: practice.code,
    name: practice.name,
    hit: hitOf(cohorts),
    left: illOf(cohorts),
  }))
  const elsewhere = hit - places.reduce((sum, place) => sum + place.hit, 0)
  if (elsewhere > 0) places.push({ code: NO_PRACTICE, name: 'No practice', hit: elsewhere, left: elsewhere })
  const { shown, showAll } = useFirst(places, FIRST)
  return (
    <div className="places">
      {shown.map((place) => (
        <Place key={place.code} {...place} incident={incident} cohort={cohort} open={places.length === 1} />
      ))}
      {showAll && (
        <p>
          <Button onClick={showAll}>Show all {count(places.length)} practices</Button>
        </p>
      )}
    </div>
  )
}

interface PlaceProps {
  code: string
  name: string
  hit: number
  left: number
  incident: string
  cohort: Cohort | undefined
  open: boolean
}

function Place({ code, name, hit, left, incident, cohort, open }: PlaceProps) {
  const [shown, setShown] = useState(open)
  return (
    <details className="place" open={open} onToggle={(event) => setShown(event.currentTarget.open)}>
      <summary>
        <span className="place-name">{name}</span>
        <span className={left > 0 ? 'tone-crash' : 'tone-ok'}>
          {left > 0 ? `${count(left)} of ${count(hit)} to do` : hit === 1 ? 'recovered' : `all ${count(hit)} recovered`}
        </span>
      </summary>
      {shown && (
        <>
          {code !== NO_PRACTICE && (
            <p className="no-print">
              <Link href={to.sheet(code, Number(incident))}>
                Print its sheet<span className="visually-hidden"> for {name}</span>
              </Link>
            </p>
          )}
          <Cards incident={incident} cohort={cohort} practice={code} none="Nothing of this kind was hit here." />
        </>
      )}
    </details>
  )
}
