import { useState } from 'react'
import { Panel } from '../../design/panel.tsx'
import { FleetChart } from './fleet-chart.tsx'

const SPANS = [
  { hours: 24, title: 'Last 24 hours', word: '24 h' },
  { hours: 2, title: 'Last 2 hours', word: '2 h' },
] as const

/** The fleet's chart over a day, or closer while something happens. */
export function FleetPanel() {
  const [hours, setHours] = useState<(typeof SPANS)[number]['hours']>(24)
  const span = SPANS.find((s) => s.hours === hours) ?? SPANS[0]
  return (
    <Panel
      title={span.title}
      aside={
        <span className="segments no-print" role="toolbar" aria-label="Length of time">
          {SPANS.map((s) => (
            <button key={s.hours} type="button" aria-pressed={s === span} onClick={() => setHours(s.hours)}>
              {s.word}
            </button>
          ))}
        </span>
      }
    >
      <FleetChart hours={hours} />
    </Panel>
  )
}
