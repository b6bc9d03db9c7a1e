import { count, counted, TAG_FORM, tagsIn } from '@pumphandle/shared/words'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Failure, TextField } from '../../design/inputs.tsx'
import { StillAsked } from '../../design/still-asked.tsx'
import type { Which } from './which.ts'

interface Props {
  which: Which
  total: number
}

/** Puts tags on machines, or takes them off. */
export function TagThese({ which, total, word }: Props & { word: string }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>{word}</Button>
      {open && (
        <Dialog title="Tag these machines" onClose={() => setOpen(false)}>
          <TagForm which={which} total={total} />
        </Dialog>
      )}
    </>
  )
}

function TagForm({ which, total }: Props) {
  const [on, setOn] = useState('')
  const [off, setOff] = useState('')
  const change = useChange('tagsChange', ['machines', 'tags'])
  const add = tagsIn(on)
  const remove = tagsIn(off)
  const errorOf = ({ wrong }: typeof add) =>
    wrong.length > 0 ? `“${wrong[0] ?? ''}” is no tag. ${TAG_FORM}.` : undefined
  const machines = counted(total, 'machine')
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (add.wrong.length + remove.wrong.length === 0)
          change.mutate({ body: { ...which, add: add.tags, remove: remove.tags } })
      }}
    >
      {'q' in which && (
        <p>
          All {machines} that <code>{which.q}</code> finds now. Machines that it finds later are not tagged: save the
          question for a group that stays up to date.
        </p>
      )}
      <TextField
        label="Put on"
        hint="Such as ring:pilot. It takes the place of another ring."
        error={errorOf(add)}
        value={on}
        onChange={(e) => setOn(e.target.value)}
        autoCapitalize="off"
        spellCheck={false}
      />
      <TextField
        label="Take off"
        hint="A tag, or a key of which any value goes"
        error={errorOf(remove)}
        value={off}
        onChange={(e) => setOff(e.target.value)}
        autoCapitalize="off"
        spellCheck={false}
      />
      <p>
        <Button
          kind="primary"
          type="submit"
          disabled={add.tags.length + remove.tags.length === 0}
          busy={change.isPending}
        >
          Tag {machines}
        </Button>
      </p>
      <output>
        {change.data && `Done for ${count(change.data.machines)}.`} <StillAsked by={change.data?.stillAsked} />
      </output>
      <Failure error={change.error} />
    </form>
  )
}
