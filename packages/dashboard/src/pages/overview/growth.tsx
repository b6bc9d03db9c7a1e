import type { IncidentRow } from '@pumphandle/shared/api'
import { hitOf } from '@pumphandle/shared/words'
import { useAnswer } from '../../api/use.ts'
import { Time } from '../../design/time.tsx'
import './growth.css'

const WIDTH = 240
const HEIGHT = 64

/** How the incident grew, as one shape: steep, or flat at the top. Its numbers stand beside it and on the incident's page. */
export function Growth({ incident }: { incident: IncidentRow }) {
  const { data } = useAnswer('incidentSeries', { path: { id: incident.id } }, { keep: true })
  const values = data?.cohorts.map(hitOf) ?? []
  const from = values.findIndex((v) => v > 0)
  // so young that no step of time has ended with it: from nothing to now
  const before = from < 0 ? [0] : values.slice(Math.max(0, from - 1), -1)
  const shown = [...before, hitOf(incident.cohorts)]
  const most = Math.max(1, ...shown)
  const x = (i: number) => (i * WIDTH) / Math.max(1, shown.length - 1)
  const y = (v: number) => HEIGHT - (v / most) * (HEIGHT - 4)
  const line = shown.map((v, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(v).toFixed(1)}`).join('')
  return (
    <figure className="growth" aria-hidden="true">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
        {shown.length > 1 && (
          <>
            <path d={`${line}V${HEIGHT}H0z`} fill="var(--crash-fill)" opacity="0.18" />
            <path d={line} fill="none" stroke="var(--crash-fill)" strokeWidth="3" vectorEffect="non-scaling-stroke" />
          </>
        )}
        <path d={`M0 ${HEIGHT}H${WIDTH}`} stroke="var(--line-strong)" strokeWidth="1" />
      </svg>
      <figcaption>
        machines hit since <Time at={incident.firstFailureAt} />
      </figcaption>
    </figure>
  )
}
