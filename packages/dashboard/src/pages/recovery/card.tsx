import type { RecoveryRow } from '@pumphandle/shared/api'
import { memo } from 'react'
import { Link } from 'wouter'
import { useMay } from '../../app/session.tsx'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Shape } from '../../design/shape.tsx'
import { Time } from '../../design/time.tsx'
import { COHORT } from '../../design/words.ts'
import { useMark } from './rows.ts'

const MARKS = [
  { mark: 'attended', word: 'Attended' },
  { mark: 'recovered', word: 'Recovered' },
  { mark: 'not-recovered', word: 'Not yet' },
] as const

/** One machine on the board, with what was done and three buttons a thumb can hit. */
export const Card = memo(function Card({ row, incident }: { row: RecoveryRow; incident: string }) {
  const may = useMay('technician')
  const change = useMark(incident, row.machine)
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
      <p className="small">{row.reason}</p>
      <div className="card-marks" role="toolbar" aria-label={`Mark ${row.name}`}>
        {MARKS.map(({ mark, word }) => (
          <button
            key={mark}
            type="button"
            aria-pressed={row.mark === mark}
            disabled={!may}
            onClick={() => change.mutate(mark)}
          >
            {row.mark === mark && <Shape name="tick" />} {word}
          </button>
        ))}
      </div>
      <p className="card-foot quiet small">
        {row.markedBy && row.markedAt !== null ? (
          <>
            {row.markedBy}, <Time at={row.markedAt} />
          </>
        ) : (
          'Nobody has marked it yet'
        )}
      </p>
      {change.error && (
        <p className="field-error" role="alert">
          {change.error.message}
        </p>
      )}
    </li>
  )
})
