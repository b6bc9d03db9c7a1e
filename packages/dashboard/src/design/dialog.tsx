import { useId, useLayoutEffect, useRef } from 'react'
import { Button } from './button.tsx'
import './dialog.css'

interface Props {
  title: string
  onClose: () => void
  children: React.ReactNode
}

/** The browser's own modal dialog: it holds the focus, Escape closes it, and the focus returns to where it was. */
export function Dialog({ title, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  // closed before it is taken off the page: one that is only taken off takes the focus with it
  useLayoutEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    return () => shown?.close()
  }, [])
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      {children}
      <p>
        <Button onClick={() => dialog.current?.close()}>Close</Button>
      </p>
    </dialog>
  )
}
