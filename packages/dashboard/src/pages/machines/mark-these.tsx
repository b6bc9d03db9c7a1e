import type { Args } from '@pumphandle/shared/client'
import { counted } from '@pumphandle/shared/words'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../api/client.ts'
import { sent } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Failure, SelectField, TextField } from '../../design/inputs.tsx'

type RecoveryMark = NonNullable<Args<'mark'>['body']>['mark']

const WORDS: Record<RecoveryMark, string> = {
  attended: 'Attended',
  recovered: 'Recovered',
  'not-recovered': 'Not yet',
}

/** Marks ticked machines of an incident, with a note for whoever looks after them next. */
export function MarkThese({ incident, ids }: { incident: number; ids: readonly string[] }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>Mark and note</Button>
      {open && (
        <Dialog title={`Mark ${counted(ids.length, 'machine')} of incident ${incident}`} onClose={() => setOpen(false)}>
          <MarkForm incident={incident} ids={ids} />
        </Dialog>
      )}
    </>
  )
}

function MarkForm({ incident, ids }: { incident: number; ids: readonly string[] }) {
  const [mark, setMark] = useState<RecoveryMark>('attended')
  const [note, setNote] = useState('')
  const queries = useQueryClient()
  const change = useMutation<number, Error>({
    async mutationFn() {
      // one after the other: each is a line of the incident's record
      for (const machine of ids)
        await sent(
          client.call('mark', { path: { id: incident, machine }, body: { mark, ...(note !== '' && { note }) } }),
        )
      return ids.length
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['recovery'] }),
  })
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate()
      }}
    >
      <SelectField label="Mark" value={mark} options={WORDS} onChange={setMark} />
      <TextField
        label="Note"
        hint="If you like, such as: disk swapped, back on Tuesday"
        maxLength={1000}
        value={note}
        onChange={(e) => setNote(e.target.value)}
      />
      <p>
        <Button kind="primary" type="submit" busy={change.isPending}>
          Mark {counted(ids.length, 'machine')}
        </Button>
      </p>
      <output>{change.data !== undefined && `Done for ${counted(change.data, 'machine')}.`}</output>
      <Failure error={change.error} />
    </form>
  )
}
