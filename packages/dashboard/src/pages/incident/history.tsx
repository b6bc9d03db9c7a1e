import type { IncidentHistoryEntry } from '@pumphandle/shared/api'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Field } from '../../design/field.tsx'
import { Time } from '../../design/time.tsx'
import { useMay } from '../../session/may.ts'

/** Everything that happened, newest first, with who; and a field to add a note. */
export function History({ id, history }: { id: string; history: readonly IncidentHistoryEntry[] }) {
  const may = useMay('technician')
  const sorted = [...history].sort((a, b) => b.at - a.at || b.id - a.id)
  return (
    <>
      {may && <NoteForm id={id} />}
      <ol className="history">
        {sorted.map((entry) => (
          <li key={entry.id} className={entry.type === 'note' ? 'history-note' : ''}>
            <p className="quiet small">
              <Time at={entry.at} as="seconds" /> {entry.actor === 'collector' ? 'Pumphandle' : entry.actor}
            </p>
            <p>{entry.text}</p>
          </li>
        ))}
      </ol>
    </>
  )
}

function NoteForm({ id }: { id: string }) {
  const [text, setText] = useState('')
  const note = useChange('note', ['incident'])
  const send = (event: React.FormEvent) => {
    event.preventDefault()
    if (text.trim()) note.mutate({ path: { id }, body: { text: text.trim() } }, { onSuccess: () => setText('') })
  }
  return (
    <form onSubmit={send} className="note-form no-print">
      <Field label="Note" error={note.error?.message}>
        {(ids) => (
          <textarea
            {...ids}
            className="input"
            rows={2}
            value={text}
            onChange={(e) => setText(e.target.value)}
            maxLength={5000}
          />
        )}
      </Field>
      <Button type="submit" busy={note.isPending}>
        Add note
      </Button>
    </form>
  )
}
