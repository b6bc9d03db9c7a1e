import type { Answer } from '@pumphandle/shared/client'
import { useState } from 'react'
import { Link } from 'wouter'
import { useChange } from '../../api/use.ts'
import { SelectField, TextField } from '../../design/inputs.tsx'
import { to } from '../../design/links.ts'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { AddForm, ListPart } from './list-part.tsx'

type Repeats = Answer<'maintenances'>['items'][number]['repeats']
const REPEATS: Record<Repeats, string> = {
  once: 'Once',
  weekly: 'Every week',
  monthly: 'Every month, on the same weekday of it',
}

const COLUMNS: readonly Column<Answer<'maintenances'>['items'][number]>[] = [
  { head: 'Title', cell: (m) => m.title },
  {
    head: 'Machines',
    cell: (m) => <Link href={to.machines(m.q)}>{m.q ? <code>{m.q}</code> : 'every machine'}</Link>,
  },
  { head: 'From', nowrap: true, cell: (m) => <Time at={m.from} /> },
  { head: 'Until', nowrap: true, cell: (m) => <Time at={m.until} /> },
  { head: 'Again', cell: (m) => REPEATS[m.repeats] },
  { head: 'By', cell: (m) => m.createdBy },
]
const EMPTY = { title: '', q: '', from: '', until: '' }

/** Times in which planned work raises no incident. */
export default function Maintenance() {
  return (
    <ListPart
      title="Maintenance windows"
      about="Machines that the query finds raise no incident in this time. They are still watched, and shown."
      name="maintenances"
      form={<NewWindow />}
      columns={COLUMNS}
      empty="None planned."
      removal={{
        by: 'maintenanceDelete',
        word: 'Remove',
        effect: 'Its machines raise incidents again.',
        nameOf: (m) => m.title,
      }}
    />
  )
}

function NewWindow() {
  const [given, setGiven] = useState(EMPTY)
  const [repeats, setRepeats] = useState<Repeats>('once')
  const add = useChange('maintenanceAdd', ['maintenances'])
  const field = (key: keyof typeof EMPTY) => ({
    value: given[key],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => setGiven({ ...given, [key]: event.target.value }),
  })
  const send = () => {
    const { title, q, from, until } = given
    const body = { title, q, from: Date.parse(from), until: Date.parse(until), repeats }
    add.mutate({ body }, { onSuccess: () => setGiven(EMPTY) })
  }
  return (
    <AddForm word="Plan" busy={add.isPending} error={add.error} onSubmit={send}>
      <TextField label="Title" required {...field('title')} />
      <TextField label="Machines, as a query" className="mono" placeholder="empty: every machine" {...field('q')} />
      <TextField label="From (your time)" type="datetime-local" required {...field('from')} />
      <TextField label="Until (your time)" type="datetime-local" required {...field('until')} />
      <SelectField label="Comes again" value={repeats} options={REPEATS} onChange={setRepeats} />
    </AddForm>
  )
}
