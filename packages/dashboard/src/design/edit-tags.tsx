import { TAG_FORM, tagKey, tagsIn } from '@pumphandle/shared/words'
import { useState } from 'react'
import { useChange } from '../api/use.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Failure, TextField } from './inputs.tsx'
import { StillAsked } from './still-asked.tsx'

interface Props {
  /** Whose tags, such as the machine's name. */
  what: string
  /** Those that people set of it. */
  own: readonly string[]
  /** Whom the API is told of. */
  of: { readonly ids: string[] } | { readonly practices: string[] }
  hint?: React.ReactNode
}

/** All of a machine's or a practice's own tags in one line to write in. */
export function EditTags({ what, own, of, hint }: Props) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button kind="bare" onClick={() => setOpen(true)}>
        {own.length > 0 ? 'Change tags' : 'Add tags'}
      </Button>
      {open && (
        <Dialog title={`Tags of ${what}`} onClose={() => setOpen(false)}>
          <Form own={own} of={of} hint={hint} onDone={() => setOpen(false)} />
        </Dialog>
      )}
    </>
  )
}

function Form({ own, of, hint, onDone }: Omit<Props, 'what'> & { onDone: () => void }) {
  const [text, setText] = useState(own.join(' '))
  const change = useChange('tagsChange', ['machine', 'machines', 'practice', 'tags'])
  const { tags, wrong } = tagsIn(text)
  const add = tags.filter((tag) => !own.includes(tag))
  // a new value of a key takes the place of the old one by itself
  const keys = add.map(tagKey)
  const remove = own.filter((tag) => !tags.includes(tag) && !keys.includes(tagKey(tag)))
  const error = wrong.length > 0 ? `“${wrong[0] ?? ''}” is no tag. ${TAG_FORM}.` : undefined
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (error !== undefined) return
        if (add.length + remove.length === 0) onDone()
        else
          change.mutate(
            { body: { ...of, add, remove } },
            {
              onSuccess: ({ stillAsked }) => {
                if (stillAsked.length === 0) onDone()
              },
            },
          )
      }}
    >
      <TextField
        label="Tags, with spaces between"
        hint={hint ?? 'Such as ring:pilot floor:1 reception. A key has one value.'}
        error={error}
        value={text}
        onChange={(e) => setText(e.target.value)}
        autoCapitalize="off"
        spellCheck={false}
      />
      <p>
        <Button kind="primary" type="submit" busy={change.isPending}>
          Save tags
        </Button>
      </p>
      <output>
        <StillAsked by={change.data?.stillAsked} />
      </output>
      <Failure error={change.error} />
    </form>
  )
}
