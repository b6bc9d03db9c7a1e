import type { Cohort, CohortCounts, IncidentDetail } from '@pumphandle/shared/api'
import { COHORTS, count, term } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { Button } from '../../design/button.tsx'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { useHeld, useSteady } from '../../design/steady.ts'
import { type Column, Table } from '../../design/table.tsx'
import { useFirst } from '../../design/use-first.ts'
import { COHORT, WORKING } from '../../design/words.ts'

/** Practices shown before a press for the rest. */
const FIRST = 15

/** One column for each cohort, its numbers linked to the machines. */
function cohortColumns<T extends { cohorts: CohortCounts }>(queryOf: (item: T) => string): Column<T>[] {
  const column = (cohort: Cohort): Column<T> => ({
    head: COHORT[cohort].word,
    number: true,
    cell: (item) =>
      item.cohorts[cohort] === 0 ? (
        <span className="quiet">0</span>
      ) : (
        <Link href={to.machines(`${queryOf(item)} cohort:${cohort}`)}>{count(item.cohorts[cohort])}</Link>
      ),
  })
  return COHORTS.filter((c) => c !== 'cleared').map(column)
}

type Region = IncidentDetail['byRegion'][number]

export function ByRegion({ regions, incident }: { regions: readonly Region[]; incident: number }) {
  const queryOf = (r: Region) => `incident:${incident} ${term('region', r.region)}`
  const columns: Column<Region>[] = [
    { head: 'Region', cell: (r) => <Link href={to.machines(queryOf(r))}>{r.region}</Link> },
    { head: 'Practices', number: true, cell: (r) => count(r.practices) },
    ...cohortColumns(queryOf),
  ]
  return <Table label="By region" columns={columns} items={regions} keyOf={(r) => r.region} />
}

type Practice = IncidentDetail['byPractice'][number]

/** Practices hit, worst first. While the pointer or the focus is on them they keep their places. */
export function ByPractice({ practices, incident }: { practices: readonly Practice[]; incident: number }) {
  const { held, props } = useHeld()
  const { items } = useSteady(practices, (p) => p.practice.code, held)
  const { shown, showAll } = useFirst(items, FIRST)
  const columns: Column<Practice>[] = [
    {
      head: 'Practice',
      cell: ({ practice }) => (
        <>
          <Link href={to.practice(practice.code)}>{practice.name}</Link>{' '}
          <span className="quiet small">{practice.code}</span>
        </>
      ),
    },
    { head: 'Can work', nowrap: true, cell: (p) => <Mark look={WORKING[p.working]} /> },
    ...cohortColumns<Practice>((p) => `incident:${incident} practice:${p.practice.code}`),
    {
      head: 'Sheet',
      hideHead: true,
      screenOnly: true,
      cell: ({ practice }) => (
        <Link href={to.sheet(practice.code, incident)}>
          Sheet<span className="visually-hidden"> for {practice.name}</span>
        </Link>
      ),
    },
  ]
  return (
    <>
      <Table label="By practice" columns={columns} items={shown} keyOf={(p) => p.practice.code} {...props} />
      {showAll && (
        <p className="no-print">
          <Button kind="bare" onClick={showAll}>
            Show all {count(items.length)}
          </Button>
        </p>
      )}
    </>
  )
}
