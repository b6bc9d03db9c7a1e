import { Time } from './time.tsx'
import { useWaitingSince } from './use-waiting.ts'
import './button.css'

interface Props extends React.ComponentProps<'button'> {
  kind?: 'plain' | 'primary' | 'danger' | 'bare'
  busy?: boolean
}

/** A button that says when it works: its width stays, its name gains "…", and a second press does nothing. */
export function Button({ kind = 'plain', busy = false, className = '', children, onClick, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      className={`button button-${kind} ${className}`}
      aria-disabled={busy || rest.disabled || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (e) => e.preventDefault() : onClick}
    >
      {children}
      {busy && <Late />}
    </button>
  )
}

/** What was sent and is not answered may be done or not: it is not sent again, but said. */
function Late() {
  const since = useWaitingSince()
  if (since === undefined) return null
  return (
    <span className="button-late">
      no answer since <Time at={since} as="seconds" />
    </span>
  )
}
