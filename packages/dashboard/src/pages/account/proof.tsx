import { useState } from 'react'
import { Button } from '../../design/button.tsx'
import { Failure, TextField } from '../../design/inputs.tsx'

interface Props {
  /** The button's word. */
  word: string
  busy: boolean
  error: Error | null
  onProof: (password: string) => void
  onCancel: () => void
  /** Further fields. */
  children?: React.ReactNode
}

/** Asks for the password again, before something that keeps others out or lets them in. */
export function Proof({ word, busy, error, onProof, onCancel, children }: Props) {
  const [password, setPassword] = useState('')
  const send = (event: React.FormEvent) => {
    event.preventDefault()
    onProof(password)
  }
  return (
    <form className="form" onSubmit={send}>
      <div className="form-row">
        {children}
        <TextField
          label="Your password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(e) => setPassword(e.target.value)}
        />
        <Button kind="primary" type="submit" busy={busy}>
          {word}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
      <Failure error={error} />
    </form>
  )
}
