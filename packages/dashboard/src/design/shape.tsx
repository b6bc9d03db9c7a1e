import './shape.css'

/** A state's shape, told apart in one colour and at 10 pixels. Always beside its word, or named by `label`. */
export type ShapeName =
  | 'ring'
  | 'tick'
  | 'cross'
  | 'loop'
  | 'moon'
  | 'hollow'
  | 'half'
  | 'stop'
  | 'diamond'
  | 'back'
  | 'question'
  | 'bang'
  | 'zed'

/** A tone is a colour with a meaning; the tokens of that name carry it. */
export type Tone = 'ok' | 'crash' | 'loop' | 'dark' | 'warn' | 'off'

const PATHS: Record<ShapeName, React.ReactNode> = {
  ring: <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" strokeWidth="2.5" />,
  tick: <path d="m2.5 8.5 4 4 7-9" fill="none" stroke="currentColor" strokeWidth="2.5" />,
  cross: <path d="m3 3 10 10M13 3 3 13" fill="none" stroke="currentColor" strokeWidth="3.2" />,
  loop: (
    <>
      <path d="M13.2 8A5.2 5.2 0 1 1 10.8 3.6" fill="none" stroke="currentColor" strokeWidth="2.4" />
      <path d="M8.4.4 13.6 3 9.6 7.2z" fill="currentColor" />
    </>
  ),
  moon: <path d="M10.5 1.6A6.6 6.6 0 1 0 14.6 10 5.6 5.6 0 0 1 10.5 1.6z" fill="currentColor" />,
  hollow: <circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" strokeWidth="1.3" strokeDasharray="2.2 2" />,
  half: (
    <>
      <circle cx="8" cy="8" r="5.9" fill="none" stroke="currentColor" strokeWidth="1.8" />
      <path d="M8 2.1a5.9 5.9 0 0 1 0 11.8z" fill="currentColor" />
    </>
  ),
  stop: <path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" fill="currentColor" />,
  diamond: <path d="m8 1.2 6.8 6.8L8 14.8 1.2 8z" fill="none" stroke="currentColor" strokeWidth="2.2" />,
  back: (
    <path d="M13.5 12.5A5.5 5.5 0 0 0 8 7H3m3.6-4L2.4 7l4.2 4" fill="none" stroke="currentColor" strokeWidth="2.2" />
  ),
  question: (
    <path
      d="M5 5.4a3 3 0 1 1 4.3 2.7c-.9.5-1.3 1-1.3 2M8 12.6v1.6"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.2"
    />
  ),
  zed: <path d="M4 3.5h8l-8 9h8" fill="none" stroke="currentColor" strokeWidth="1.8" />,
  bang: <path d="M8 1.5 15.2 14H.8zM8 6v3.6M8 11v1.4" fill="none" stroke="currentColor" strokeWidth="1.7" />,
}

interface Props {
  name: ShapeName
  tone?: Tone
  /** Only where no word stands beside it. */
  label?: string
}

export function Shape({ name, tone, label }: Props) {
  return (
    <svg
      className={tone ? `shape tone-${tone}` : 'shape'}
      viewBox="0 0 16 16"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {PATHS[name]}
    </svg>
  )
}
