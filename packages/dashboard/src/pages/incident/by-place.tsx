import type { CohortCounts, IncidentDetail } from '@pumphandle/shared/api'
import { useState } from 'react'
import { Link } from 'wouter'
import { Button } from '../../design/button.tsx'
import { count } from '../../design/format.ts'
import { term, to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { useHeld, useSteady } from '../../design/steady.ts'
import { COHORT, COHORT_ORDER, WORKING } from '../../design/words.ts'

/** Practices shown before a press for the rest. */
const FIRST = 15

function Heads() {
  return COHORT_ORDER.filter((c) => c !== 'cleared').map((cohort) => (
    <th scope="col" className="number" key={cohort}>
      {COHORT[cohort].word}
    </th>
  ))
}

function Counts({ cohorts, query }: { cohorts: CohortCounts; query: string }) {
  return COHORT_ORDER.filter((c) => c !== 'cleared').map((cohort) => (
    <td className="number" key={cohort}>
      {cohorts[cohort] === 0 ? (
        <span className="quiet">0</span>
      ) : (
        <Link href={to.machines(`${query} cohort:${cohort}`)}>{count(cohorts[cohort])}</Link>
      )}
    </td>
  ))
}

export function ByRegion({ regions, incident }: { regions: IncidentDetail['byRegion']; incident: number }) {
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Region</th>
            <th scope="col" className="number">
              Practices
            </th>
            <Heads />
          </tr>
        </thead>
        <tbody>
          {regions.map((r) => (
            <tr key={r.region}>
              <th scope="row">
                <Link href={to.machines(`incident:${incident} ${term('region', r.region)}`)}>{r.region}</Link>
              </th>
              <td className="number">{count(r.practices)}</td>
              <Counts cohorts={r.cohorts} query={`incident:${incident} ${term('region', r.region)}`} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Practices hit, worst first. While the pointer or the focus is on them they keep their places. */
export function ByPractice({ practices, incident }: { practices: IncidentDetail['byPractice']; incident: number }) {
  const [all, setAll] = useState(false)
  const { held, props } = useHeld()
  const { items } = useSteady(practices, (p) => p.practice.code, held)
  return (
    <div className="table-scroll" {...props}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Practice</th>
            <th scope="col">Can work</th>
            <Heads />
            <th scope="col">
              <span className="visually-hidden">Sheet</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {(all ? items : items.slice(0, FIRST)).map((p) => (
            <tr key={p.practice.code}>
              <th scope="row">
                <Link href={to.practice(p.practice.code)}>{p.practice.name}</Link>{' '}
                <span className="quiet small">{p.practice.code}</span>
              </th>
              <td>
                <Mark look={WORKING[p.working]} />
              </td>
              <Counts cohorts={p.cohorts} query={`incident:${incident} practice:${p.practice.code}`} />
              <td>
                <Link href={to.sheet(p.practice.code, incident)}>
                  Sheet<span className="visually-hidden"> for {p.practice.name}</span>
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {!all && items.length > FIRST && (
        <p>
          <Button kind="bare" onClick={() => setAll(true)}>
            Show all {count(items.length)}
          </Button>
        </p>
      )}
    </div>
  )
}
