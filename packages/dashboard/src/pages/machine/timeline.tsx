import type { MachineState, TimelineEntry } from '@pumphandle/shared/api'
import { HOUR, MINUTE } from '@pumphandle/shared/time'
import { counted } from '@pumphandle/shared/words'
import { useState } from 'react'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { Button } from '../../design/button.tsx'
import { useNow } from '../../design/now.tsx'
import { Sentence } from '../../design/sentence.tsx'
import { Shape } from '../../design/shape.tsx'
import { Time } from '../../design/time.tsx'
import { MACHINE } from '../../design/words.ts'
import { inWords } from './entry-words.ts'
import { LANES, type Lane } from './lane.ts'
import { type Window, zoomed } from './lanes.ts'
import { Lanes } from './lanes-view.tsx'
import './timeline.css'

/** Entries read at once; a machine in trouble makes some hundred a day. */
const LIMIT = 500
const SPANS = [
  { label: '15 min', ms: HOUR / 4 },
  { label: '1 h', ms: HOUR },
  { label: '6 h', ms: 6 * HOUR },
  { label: '1 day', ms: 24 * HOUR },
  { label: '7 days', ms: 168 * HOUR },
  { label: '30 days', ms: 720 * HOUR },
] as const

/** An entry's shape: of its lane, or of the state that it tells of. */
const lookOf = (entry: TimelineEntry): Pick<Lane, 'shape' | 'tone'> =>
  entry.lane === 'connection' ? (MACHINE[entry.type as MachineState] ?? LANES.connection) : LANES[entry.lane]

/** So many entries tell a story. */
const STORY = 8

/** Until someone zooms: the shortest time that holds the latest story, ending a little after its end, or after now. */
function telling(entries: readonly TimelineEntry[], now: number): Window {
  const newest = entries[0]?.at ?? now
  const first = entries[Math.min(STORY, entries.length) - 1]?.at ?? now
  const until = now - newest < 24 * HOUR ? now : newest + HOUR
  const length = SPANS.find(({ ms }) => until - first < ms * 0.9)?.ms ?? SPANS[5].ms
  return { from: until - length * 0.96, until: until + length * 0.04 }
}

/** What happened, drawn in lanes that can be zoomed and moved, and told below in sentences for the same time. */
export function Timeline({ id }: { id: string }) {
  const now = useNow(MINUTE)
  const answer = useAnswer('timeline', { path: { id }, query: { limit: LIMIT } })
  const { data } = answer
  const [chosen, setChosen] = useState<Window>()
  if (!data) return <Awaited of={answer} lines={8} height={440} />
  const window = chosen ?? telling(data.items, now)
  const shown = data.items.filter((e) => e.at >= window.from && e.at <= window.until)
  return (
    <>
      <div className="cluster no-print">
        <div className="segments" role="toolbar" aria-label="Length of time">
          {SPANS.map(({ label, ms }) => (
            <button
              key={label}
              type="button"
              aria-pressed={Math.abs(window.until - window.from - ms) < ms * 0.05}
              onClick={() => setChosen({ from: window.until - ms, until: window.until })}
            >
              {label}
            </button>
          ))}
        </div>
        <Button kind="bare" onClick={() => setChosen(zoomed(window, 0.5))} aria-label="Zoom in">
          +
        </Button>
        <Button kind="bare" onClick={() => setChosen(zoomed(window, 2))} aria-label="Zoom out">
          −
        </Button>
        {chosen && (
          <Button kind="bare" onClick={() => setChosen(undefined)}>
            Back to now
          </Button>
        )}
      </div>
      <Lanes entries={data.items} maintenance={data.maintenance} window={window} onWindow={setChosen} now={now} />
      <p className="quiet small">
        {counted(shown.length, 'entry', 'entries')} from <Time at={window.from} /> to{' '}
        <Time at={Math.min(window.until, now)} />
        {data.next !== null && `; the latest ${LIMIT} are read`}
      </p>
      {data.maintenance
        .filter(({ from, until }) => until > window.from && from < window.until)
        .map(({ title, from, until }) => (
          <p key={`${from} ${title}`} className="small">
            <span className="lane-planned-key" aria-hidden="true" /> Planned work: <b>{title}</b>, <Time at={from} /> to{' '}
            <Time at={until} />. What failed meanwhile was meant to.
          </p>
        ))}
      {/* a region that scrolls must be reachable by keyboard */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="entries" tabIndex={0} aria-label="What happened, newest first">
        <ol>
          {shown.map((entry) => (
            <li key={entry.seq} id={`entry-${entry.seq}`}>
              <Time at={entry.at} as="seconds" />
              <Shape name={lookOf(entry).shape} tone={lookOf(entry).tone} />
              <span>{entry.event ? inWords(entry) : <Sentence>{entry.text}</Sentence>}</span>
            </li>
          ))}
        </ol>
        {shown.length === 0 && <p className="quiet">Nothing in this time. Zoom out, or go back to now.</p>}
      </section>
    </>
  )
}
