import { counted } from '@pumphandle/shared/words'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Failure, TextField } from '../../design/inputs.tsx'
import type { Which } from './which.ts'

/** Moves machines to another practice, with their history: for admins. */
export function MoveThese({ which, total, word }: { which: Which; total: number; word: string }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>{word}</Button>
      {open && (
        <Dialog title={`Move ${counted(total, 'machine')}?`} onClose={() => setOpen(false)}>
          <MoveForm which={which} total={total} />
        </Dialog>
      )}
    </>
  )
}

function MoveForm({ which, total }: { which: Which; total: number }) {
  const [practice, setPractice] = useState('')
  const move = useChange('machinesMove', ['machines', 'overview', 'tiles'])
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        move.mutate({ body: { ...which, practice: practice.trim() } })
      }}
    >
      <p>What happened on them moves along. A practice that is not known yet is made.</p>
      <TextField
        label="Code of the practice"
        required
        maxLength={20}
        value={practice}
        onChange={(e) => setPractice(e.target.value)}
        autoCapitalize="characters"
        spellCheck={false}
      />
      <p>
        <Button kind="primary" type="submit" busy={move.isPending} disabled={move.isSuccess}>
          Move {counted(total, 'machine')}
        </Button>
      </p>
      <output>{move.data && `${counted(move.data.moved, 'machine')} moved.`}</output>
      <Failure error={move.error} />
    </form>
  )
}
