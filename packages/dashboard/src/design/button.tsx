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
    </button>
  )
}
