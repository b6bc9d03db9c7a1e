import { useState } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

interface Props {
  /** The button's word: Revoke, Remove. */
  word: string
  /** What it is about, for the question and the screen reader. */
  what: string
  /** What follows from it. */
  effect: string
  busy: boolean
  onConfirm: () => void
}

/** A button for what cannot be undone: asks once, and says what follows. */
export function Remove({ word, what, effect, busy, onConfirm }: Props) {
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Button kind="bare" onClick={() => setAsking(true)}>
        {word}
        <span className="visually-hidden"> {what}</span>
      </Button>
      {asking && (
        <Dialog title={`${word} ${what}?`} onClose={() => setAsking(false)}>
          <p>{effect}</p>
          <p>
            <Button
              kind="danger"
              busy={busy}
              onClick={() => {
                onConfirm()
                setAsking(false)
              }}
            >
              {word}
            </Button>
          </p>
        </Dialog>
      )}
    </>
  )
}
