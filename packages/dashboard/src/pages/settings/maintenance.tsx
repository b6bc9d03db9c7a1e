import type { Answer } from '@pumphandle/shared/client'
import { HOUR, MINUTE } from '@pumphandle/shared/time'
import { counted } from '@pumphandle/shared/words'
import { useState } from 'react'
import { Link } from 'wouter'
import { useChange } from '../../api/use.ts'
import { browserClock } from '../../clock.ts'
import { Button } from '../../design/button.tsx'
import { TextField } from '../../design/inputs.tsx'
import { to } from '../../design/links.ts'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { AddForm, ListPart } from './list-part.tsx'

type Repeats = Answer<'maintenances'>['items'][number]['repeats']
const REPEATS: Record<Repeats, string> = {
  once: 'Once',
  weekly: 'Every week',
  monthly: 'Every month, on the same weekday',
}
/** As a button says it: what a list costs two presses is one. */
const REPEAT: Record<Repeats, string> = { once: 'Once', weekly: 'Every week', monthly: 'Every month' }

const COLUMNS: readonly Column<Answer<'maintenances'>['items'][number]>[] = [
  { head: 'Title', cell: (m) => m.title },
  {
    head: 'Machines',
    cell: (m) => <Link href={to.machines(m.q)}>{m.q ? <code>{m.q}</code> : 'every machine'}</Link>,
  },
  { head: 'From', nowrap: true, cell: (m) => <Time at={m.from} /> },
  { head: 'Until', nowrap: true, cell: (m) => <Time at={m.until} /> },
  { head: 'Repeats', cell: (m) => REPEATS[m.repeats] },
  { head: 'By', cell: (m) => m.createdBy },
]
const EMPTY = { title: '', q: '', from: '', until: '' }

/** Times in which planned work raises no incident. */
export default function Maintenance() {
  return (
    <ListPart
      title="Maintenance windows"
      about="Machines that the query finds raise no incident in this time; they are still watched and shown. Work that is over can be added too: what failed in it is marked as planned, and so is an incident of nothing else."
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

/** As the browser's fields of time have it: what the clock on the wall shows. */
function hours(from: number, until: number): { from: string; until: string } {
  const field = (at: number) => new Date(at - new Date(at).getTimezoneOffset() * MINUTE).toISOString().slice(0, 16)
  // a field has no seconds: what failed a moment ago is still within
  const now = Math.ceil(browserClock.now() / MINUTE) * MINUTE
  return { from: field(now + from * HOUR), until: field(now + until * HOUR) }
}

/** What came of work that was told afterwards. */
function Marked({ marked }: { marked: Answer<'maintenanceAdd'>['marked'] }) {
  if (!marked) return null
  const { incidents, machines } = marked
  return (
    <output>
      {machines === 0
        ? 'None of these machines failed in that time.'
        : `Marked as planned: ${counted(machines, 'machine')} that failed, ${counted(incidents, 'incident')}.`}
    </output>
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
    <AddForm
      word="Plan"
      busy={add.isPending}
      error={add.error}
      onSubmit={send}
      after={<Marked marked={add.data?.marked} />}
    >
      <TextField label="Title" required {...field('title')} />
      <TextField
        label="Machines, as a query"
        className="mono"
        placeholder="empty: every machine"
        hint="practice:A81001, pcn:U12345, region:QHM, tag:ring:pilot, sensor:falcon@7.16.*"
        {...field('q')}
      />
      <TextField label="From (your time)" type="datetime-local" required {...field('from')} />
      <TextField label="Until (your time)" type="datetime-local" required {...field('until')} />
      <span className="cluster">
        <Button kind="bare" onClick={() => setGiven({ ...given, ...hours(0, 2) })}>
          Now, for two hours
        </Button>
        <Button kind="bare" onClick={() => setGiven({ ...given, ...hours(-2, 0) })}>
          The last two hours
        </Button>
      </span>
      <span className="cluster">
        <span className="segments" role="toolbar" aria-label="Repeats">
          {Object.entries(REPEAT).map(([key, word]) => (
            <button key={key} type="button" aria-pressed={key === repeats} onClick={() => setRepeats(key as Repeats)}>
              {word}
            </button>
          ))}
        </span>
        {repeats === 'monthly' && <span className="quiet">on the same weekday of the month</span>}
      </span>
    </AddForm>
  )
}
