import type { RecoveryRow } from '@pumphandle/shared/api'
import { Failure } from '../../design/inputs.tsx'
import { Shape } from '../../design/shape.tsx'
import { Time } from '../../design/time.tsx'
import { useMay } from '../../session/may.ts'
import { useMark } from './rows.ts'
import './marks.css'

const MARKS = [
  { mark: 'attended', word: 'Attended' },
  { mark: 'recovered', word: 'Recovered' },
  { mark: 'not-recovered', word: 'Not yet' },
] as const

/** What was done to one machine: three buttons that a thumb can hit, and who pressed last. */
export function Marks({ row, incident }: { row: RecoveryRow; incident: string }) {
  const may = useMay('technician')
  const marked = MARKS.find(({ mark }) => mark === row.mark)
  const change = useMark(incident, row.machine)
  return (
    <>
      {may && (
        <div className="marks" role="toolbar" aria-label={`Mark ${row.name}`}>
          {MARKS.map(({ mark, word }) => (
            <button key={mark} type="button" aria-pressed={row.mark === mark} onClick={() => change.mutate(mark)}>
              {row.mark === mark && <Shape name="tick" />} {word}
            </button>
          ))}
        </div>
      )}
      {/* who only looks reads it, and has nothing to press in vain */}
      {!may && marked && (
        <p>
          <Shape name="tick" /> {marked.word}
        </p>
      )}
      <p className="marks-foot quiet small">
        {row.markedBy && row.markedAt !== null ? (
          <>
            {row.markedBy}, <Time at={row.markedAt} />
          </>
        ) : (
          'Nobody has marked it yet'
        )}
      </p>
      <Failure error={change.error} />
    </>
  )
}
