import type { RecoveryRow } from '@pumphandle/shared/api'
import { memo } from 'react'
import { Link } from 'wouter'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Time } from '../../design/time.tsx'
import { COHORT } from '../../design/words.ts'
import { Marks } from './marks.tsx'

/** One machine on the board, with what was done and three buttons a thumb can hit. */
export const Card = memo(function Card({ row, incident }: { row: RecoveryRow; incident: string }) {
  return (
    <li className="card">
      <div className="card-head">
        <Link href={to.machine(row.machine)}>{row.name}</Link>
        {row.verified ? (
          <Mark look={{ shape: 'tick', tone: 'ok', word: 'Verified' }} />
        ) : (
          <Mark look={COHORT[row.cohort]} />
        )}
      </div>
      <p className="quiet small">
        {row.practice?.name ?? 'No practice'} · seen <Time at={row.lastSeen} as="ago" />
      </p>
      <p className="small card-reason">{row.reason}</p>
      <Marks row={row} incident={incident} />
    </li>
  )
})
