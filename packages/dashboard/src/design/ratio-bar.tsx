import './ratio-bar.css'

/** Doublings drawn to either side of "as often". */
const DOUBLINGS = 4
const WIDTH = 160

interface Props {
  low: number
  /** Null: no limit. */
  high: number | null
  tone: 'ok' | 'warn' | 'crash' | 'off'
}

/** How many times as often, from a sixteenth to sixteen times: the line is what cannot be excluded, the tick "as often". */
export function RatioBar({ low, high, tone }: Props) {
  const x = (ratio: number) =>
    WIDTH / 2 + (WIDTH / 2) * (Math.max(-DOUBLINGS, Math.min(DOUBLINGS, Math.log2(Math.max(ratio, 1e-9)))) / DOUBLINGS)
  const [from, until] = [x(low), high === null ? WIDTH : x(high)]
  return (
    <svg className="ratio-bar" viewBox={`0 0 ${WIDTH} 14`} width={WIDTH} height="14" aria-hidden="true">
      <path d={`M0 7h${WIDTH}`} stroke="var(--line)" />
      <path d={`M${WIDTH / 2} 1v12`} stroke="var(--line-strong)" />
      <path d={`M${from} 7H${Math.max(until, from + 2)}`} stroke={`var(--${tone})`} strokeWidth="4" />
    </svg>
  )
}
