import { Shape } from '../../design/shape.tsx'

interface Props {
  rate: number | null
  low: number | null
  high: number | null
  /** The highest rate among the versions beside it: the bar's full length. */
  most: number
  /** Worse than another version, beyond what the intervals leave to chance. */
  worse: boolean
}

const told = (x: number) => (x >= 10 ? Math.round(x).toLocaleString('en-GB') : x.toFixed(2))

/** A rate with how well it is known: the dot is the estimate, the line the interval that holds the truth 19 times of 20. */
export function RateBar({ rate, low, high, most, worse }: Props) {
  if (rate === null || low === null || high === null) return <span className="quiet">too little watched</span>
  // square roots, so that a version with a hundredfold rate does not press the others into the axis
  const x = (value: number) => 4 + 192 * Math.sqrt(Math.min(1, value / most))
  return (
    <span className="rate-bar">
      <svg viewBox="0 0 200 14" preserveAspectRatio="none" height="14" aria-hidden="true">
        <path d="M0 7h200" stroke="var(--line)" />
        <path d={`M${x(low)} 7H${x(high)}`} stroke="var(--line-strong)" strokeWidth="3" />
        <circle cx={x(rate)} cy="7" r="4" fill={worse ? 'var(--crash)' : 'var(--ink)'} />
      </svg>
      <span className={worse ? 'tone-crash' : ''}>
        {worse && <Shape name="bang" label="worse than another version:" />} <b>{told(rate)}</b>{' '}
        <span className="quiet small">
          ({told(low)} to {told(high)})
        </span>
      </span>
    </span>
  )
}
