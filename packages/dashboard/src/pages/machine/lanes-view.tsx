import type { TimelineEntry, TimelinePage } from '@pumphandle/shared/api'
import { useRef } from 'react'
import { isNarrow } from '../../design/narrow.ts'
import { localTime } from '../../design/time.tsx'
import { MACHINE } from '../../design/words.ts'
import { LANES } from './lane.ts'
import { LaneMark } from './lane-mark.tsx'
import { clusters, moved, stateSpans, ticks, type Window, zoomed } from './lanes.ts'

/** Marks closer than this share of the window become one with a number. */
const TOGETHER = 0.012

interface Props {
  entries: readonly TimelineEntry[]
  /** Planned work, drawn behind all lanes. */
  maintenance: TimelinePage['maintenance']
  window: Window
  onWindow: (window: Window) => void
  now: number
}

/** The lanes. Drag or arrow keys move, Ctrl with the wheel or plus and minus zoom. The list below says the same in words. */
export function Lanes({ entries, maintenance, window, onWindow, now }: Props) {
  const drag = useRef<{ x: number; window: Window }>(undefined)
  const length = window.until - window.from
  const x = (at: number) => ((at - window.from) / length) * 100
  const lanes = (Object.keys(LANES) as TimelineEntry['lane'][]).filter(
    (lane) => lane === 'connection' || entries.some((e) => e.lane === lane),
  )
  const onKeyDown = (event: React.KeyboardEvent) => {
    const next = {
      ArrowLeft: moved(window, -0.2),
      ArrowRight: moved(window, 0.2),
      '+': zoomed(window, 0.6),
      '=': zoomed(window, 0.6),
      '-': zoomed(window, 1.7),
    }[event.key]
    if (!next) return
    event.preventDefault()
    onWindow(next)
  }
  const onWheel = (event: React.WheelEvent<HTMLElement>) => {
    if (!event.ctrlKey && !event.metaKey) return
    const box = event.currentTarget.getBoundingClientRect()
    onWindow(
      zoomed(window, event.deltaY > 0 ? 1.25 : 0.8, window.from + ((event.clientX - box.left) / box.width) * length),
    )
  }
  const onPointerMove = (event: React.PointerEvent<HTMLElement>) => {
    if (!drag.current || event.buttons === 0) return
    const width = event.currentTarget.getBoundingClientRect().width
    onWindow(moved(drag.current.window, (drag.current.x - event.clientX) / width))
  }
  return (
    <div className="lanes">
      <div className="lane-names" aria-hidden="true">
        {lanes.map((lane) => (
          <span key={lane}>{LANES[lane].name}</span>
        ))}
      </div>
      {/* moved and zoomed by keys as by pointer */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <section
        className="lane-field"
        aria-label="Timeline: arrow keys move, plus and minus zoom"
        tabIndex={0} // oxlint-disable-line jsx-a11y/no-noninteractive-tabindex
        onKeyDown={onKeyDown}
        onWheel={onWheel}
        onPointerDown={(event) => {
          drag.current = { x: event.clientX, window }
        }}
        onPointerMove={onPointerMove}
        onPointerUp={() => {
          drag.current = undefined
        }}
      >
        {maintenance
          .filter(({ from, until }) => until > window.from && from < window.until)
          .map(({ title, from, until }) => (
            <span
              key={`${from} ${title}`}
              className="lane-planned"
              title={`Planned: ${title}`}
              style={{
                insetInlineStart: `${Math.max(0, x(from))}%`,
                inlineSize: `${Math.min(100, x(until)) - Math.max(0, x(from))}%`,
              }}
              aria-hidden="true"
            />
          ))}
        {ticks(window, isNarrow() ? 'narrow' : 'wide').map((at) => (
          <span key={at} className="lane-tick" style={{ insetInlineStart: `${x(at)}%` }} aria-hidden="true">
            {localTime(at, now)}
          </span>
        ))}
        {lanes.map((lane) => (
          <div className="lane" key={lane} aria-hidden="true">
            {lane === 'connection'
              ? stateSpans(entries, now)
                  .filter((s) => s.until > window.from && s.from < window.until)
                  .map((s) => (
                    <span
                      key={s.from}
                      className={`lane-span fill-${MACHINE[s.state].tone}`}
                      title={MACHINE[s.state].word}
                      style={{
                        insetInlineStart: `${Math.max(0, x(s.from))}%`,
                        inlineSize: `max(2px, ${Math.min(100, x(s.until)) - Math.max(0, x(s.from))}%)`,
                      }}
                    />
                  ))
              : clusters(
                  entries.filter((e) => e.lane === lane && e.at >= window.from && e.at <= window.until),
                  length * TOGETHER,
                ).map((cluster) => <LaneMark key={cluster.at} cluster={cluster} left={x(cluster.at)} />)}
          </div>
        ))}
      </section>
    </div>
  )
}
