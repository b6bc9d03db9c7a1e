import type { IncidentRow } from '@pumphandle/shared/api'
import { HOUR, MINUTE } from '@pumphandle/shared/time'
import { useState } from 'react'
import { Link } from 'wouter'
import { to } from '../../design/links.ts'
import { useNow } from '../../design/now.tsx'
import { Panel } from '../../design/panel.tsx'
import { useMe } from '../../session/me.ts'
import { FleetChart } from './fleet-chart.tsx'

const SPANS = [
  { hours: 24, title: 'Last 24 hours', word: '24 h' },
  { hours: 2, title: 'Last 2 hours', word: '2 h' },
] as const

/** The fleet's chart: over two hours while a young incident runs, else over a day, or as somebody chose. */
export function FleetPanel({ incidents, still = false }: { incidents: readonly IncidentRow[]; still?: boolean }) {
  const now = useNow(MINUTE)
  const me = useMe()
  const [chosen, setChosen] = useState<number>()
  const young = incidents.some((i) => i.firstFailureAt > now - SPANS[1].hours * HOUR)
  const span = SPANS.find((s) => s.hours === chosen) ?? SPANS[young ? 1 : 0]
  return (
    <Panel
      title={span.title}
      aside={
        !still && (
          <span className="cluster">
            {!me.places && <Link href={to.trends()}>Trends</Link>}
            <span className="segments no-print" role="toolbar" aria-label="Length of time">
              {SPANS.map((s) => (
                <button key={s.hours} type="button" aria-pressed={s === span} onClick={() => setChosen(s.hours)}>
                  {s.word}
                </button>
              ))}
            </span>
          </span>
        )
      }
    >
      <FleetChart hours={span.hours} />
    </Panel>
  )
}
