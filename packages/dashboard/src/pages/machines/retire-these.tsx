import { count, counted } from '@pumphandle/shared/words'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Failure, TextField } from '../../design/inputs.tsx'
import type { Which } from './which.ts'

interface Props {
  which: Which
  total: number
  /** The button's word. */
  word: string
  onRetired?: () => void
}

/** Takes machines out of the fleet that were replaced, re-imaged or scrapped. */
export function RetireThese({ which, total, word, onRetired }: Props) {
  const [open, setOpen] = useState(false)
  const [retired, setRetired] = useState(false)
  const close = () => {
    setOpen(false)
    // what is out of the list is not ticked any more, and its number is read before that
    if (retired) onRetired?.()
  }
  return (
    <>
      <Button onClick={() => setOpen(true)}>{word}</Button>
      {open && (
        <Dialog title={`Retire ${counted(total, 'machine')}?`} onClose={close}>
          <RetireForm which={which} total={total} onRetired={() => setRetired(true)} />
        </Dialog>
      )}
    </>
  )
}

function RetireForm({ which, total, onRetired }: { which: Which; total: number; onRetired: () => void }) {
  const [why, setWhy] = useState('Replaced')
  const retire = useChange('machinesRetire', ['machines', 'overview', 'tiles'])
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        retire.mutate({ body: { ...which, why } }, { onSuccess: onRetired })
      }}
    >
      {'q' in which && (
        <p>
          All that <code>{which.q}</code> finds now.
        </p>
      )}
      <p>
        They are not counted, listed or expected any more; their history stays. Those that are connected stay, and one
        that connects again is back by itself.
      </p>
      <TextField label="Why" required maxLength={200} value={why} onChange={(e) => setWhy(e.target.value)} />
      <p>
        <Button kind="danger" type="submit" busy={retire.isPending} disabled={retire.isSuccess}>
          Retire {counted(total, 'machine')}
        </Button>
      </p>
      <output>
        {retire.data &&
          `${count(retire.data.retired)} retired${retire.data.connected > 0 ? `, ${count(retire.data.connected)} connected, which stay` : ''}.`}
      </output>
      <Failure error={retire.error} />
    </form>
  )
}
