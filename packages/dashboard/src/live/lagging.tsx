import { useSyncExternalStore } from 'react'
import { inWords } from '../api/use.ts'
import { Button } from '../design/button.tsx'
import { useTicker } from '../design/now.tsx'
import { Shape } from '../design/shape.tsx'
import { Time } from '../design/time.tsx'
import { useLive } from './live.tsx'
import './past.css'

/** Parts of pages by the question that they are answers to; of others it is said that they are a part. */
const PARTS: Readonly<Record<string, string>> = {
  overview: 'the figures',
  tiles: 'the map of practices',
  fleetSeries: 'the chart',
  incidents: 'the list of incidents',
  incident: 'the incident',
  incidentSeries: 'the incident’s charts',
  incidentPicture: 'the evidence in pictures',
  incidentForecast: 'the forecast',
  incidentReport: 'the report',
  recovery: 'the recovery board',
  'machine-rows': 'the list of machines',
  machines: 'the list of machines',
  machine: 'the machine',
  timeline: 'the timeline',
  practices: 'the list of practices',
  practice: 'the practice',
  sensors: 'the list of sensors',
  verdicts: 'the verdicts',
  verdict: 'the verdict',
  adoption: 'the picture of versions',
  changed: 'what changed',
  coverage: 'the coverage',
  trends: 'the trends',
}

/** Which parts of a live page are from before, since when and why: their questions fail, or hang, while the link goes on. */
export function Lagging({ shout = false }: { shout?: boolean }) {
  const { lags, retry } = useLive()
  const parts = useSyncExternalStore(lags.subscribe, lags.get)
  const ticker = useTicker()
  const oldest = parts.toSorted((a, b) => a.at - b.at)[0]
  if (!oldest) return null
  const words = [...new Set(parts.map(({ name }) => PARTS[name] ?? 'a part of this page'))].join(', ')
  const next = oldest.error ? 'Asked again by itself.' : 'It is still waited for.'
  return (
    <aside className={shout ? 'past past-part past-part-shout' : 'past past-part'} aria-label="Not up to date">
      <Shape name="bang" />
      <p role="alert">
        <strong>
          From <Time at={ticker.corrected(oldest.at)} as="seconds" /> and not from now: {words}.
        </strong>{' '}
        <span>
          {oldest.error ? (
            `${inWords(oldest.error).title}.`
          ) : (
            <>
              No answer since <Time at={ticker.corrected(oldest.askedAt ?? oldest.at)} as="seconds" />.
            </>
          )}
        </span>
      </p>
      <p>
        {shout ? (
          next
        ) : (
          <>
            {next} <Button onClick={retry}>Try now</Button>
          </>
        )}
      </p>
    </aside>
  )
}
