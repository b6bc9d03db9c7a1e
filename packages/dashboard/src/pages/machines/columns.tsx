// Cells of a virtualised table, see machine-table.tsx.
/* oxlint-disable jsx-a11y/prefer-tag-over-role */
import type { MachineRow } from '@pumphandle/shared/api'
import { componentShort, componentWords } from '@pumphandle/shared/words'
import { memo } from 'react'
import { Link } from 'wouter'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Time } from '../../design/time.tsx'
import { COHORT, MACHINE } from '../../design/words.ts'
import type { Sort } from './rows.ts'

/** What a row shows, in the order of reading; widths are in machines.css. */
export const COLUMNS: readonly { title: string; sort?: Sort['by'] }[] = [
  { title: 'Machine', sort: 'name' },
  { title: 'State', sort: 'state' },
  { title: 'Practice', sort: 'practice' },
  { title: 'Sensor' },
  { title: 'Content' },
  { title: 'Windows' },
  { title: 'Last crash', sort: 'lastCrashAt' },
  { title: 'Last seen', sort: 'lastSeen' },
  { title: 'Model', sort: 'model' },
]

const first = (components: MachineRow['sensors']) => (components[0] ? componentShort(components[0]) : '–')

/** One machine's cells. */
export const MachineCells = memo(function MachineCells({ row }: { row: MachineRow }) {
  return (
    <>
      <div role="cell">
        <Link href={to.machine(row.id)}>{row.name}</Link>
      </div>
      <div role="cell" title={row.stateReason}>
        <Mark look={MACHINE[row.state]} />
        {row.cohort && <span className="quiet machine-cohort"> {COHORT[row.cohort].word.toLowerCase()}</span>}
      </div>
      <div role="cell">
        {row.practice ? (
          <Link href={to.practice(row.practice.code)}>{row.practice.name}</Link>
        ) : (
          <span className="quiet">none</span>
        )}
      </div>
      <div role="cell">{first(row.sensors)}</div>
      <div role="cell" title={row.contents.map(componentWords).join(', ')}>
        {first(row.contents)}
      </div>
      <div role="cell">{row.os?.version ?? '–'}</div>
      <div role="cell">
        {row.lastCrashAt === null ? (
          <span className="quiet">none</span>
        ) : (
          <>
            <Time at={row.lastCrashAt} />{' '}
            <span className="quiet">
              {row.lastCrashStop} {row.lastCrashCulprit}
            </span>
          </>
        )}
      </div>
      <div role="cell">
        <Time at={row.lastSeen} as="ago" />
      </div>
      <div role="cell">{row.model ?? '–'}</div>
    </>
  )
})
