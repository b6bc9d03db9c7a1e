import type { ChannelRow, RotaRow } from '@pumphandle/shared/api'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { SelectField, TextField } from '../../design/inputs.tsx'
import { AddForm } from './list-part.tsx'
import { MinutesField } from './minutes-field.tsx'
import { DAYS, type Days, type Draft, daysKey, daysOf, newException, newShift, put } from './rota-draft.ts'

interface Props {
  channels: readonly ChannelRow[]
  /** The one that is changed; undefined: a new one. */
  edited: RotaRow | undefined
  onDone: () => void
}

/** A rota: its shifts, whose turns they are, and the days that differ. */
export function RotaForm({ channels, edited, onDone }: Props) {
  const first = channels[0]?.id ?? 0
  const fresh = (): Draft => ({ name: '', shifts: [newShift(first)], exceptions: [], nextAfterMinutes: 15 })
  const [draft, setDraft] = useState<Draft>(edited ?? fresh)
  const add = useChange('rotaAdd', ['rotas'])
  const change = useChange('rotaChange', ['rotas'])
  const set = (more: Partial<Draft>) => setDraft({ ...draft, ...more })
  const names = Object.fromEntries(channels.map(({ id, name }) => [String(id), name]))
  const send = () => {
    const { name, shifts, exceptions, nextAfterMinutes } = draft
    const body = { name, shifts, exceptions, nextAfterMinutes }
    const onSuccess = () => {
      setDraft(fresh())
      onDone()
    }
    if (!edited) return add.mutate({ body }, { onSuccess })
    change.mutate({ path: { id: edited.id }, body: { ...body, turnsFrom: edited.turnsFrom } }, { onSuccess })
  }
  return (
    <AddForm
      word={edited ? 'Save' : 'Add'}
      busy={add.isPending || change.isPending}
      error={add.error ?? change.error}
      onSubmit={send}
    >
      <TextField label="Name" required value={draft.name} onChange={(e) => set({ name: e.target.value })} />
      <MinutesField
        label="Next after (minutes)"
        hint="0: nobody else is told."
        value={draft.nextAfterMinutes}
        onChange={(nextAfterMinutes) => set({ nextAfterMinutes })}
      />
      {draft.shifts.map((shift, at) => (
        <ShiftFields
          // a shift has no name but its place
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          key={at}
          number={at + 1}
          shift={shift}
          names={names}
          onChange={(next) => set({ shifts: put(draft.shifts, at, next) })}
        />
      ))}
      {draft.exceptions.map((exception, at) => (
        <ExceptionFields
          // biome-ignore lint/suspicious/noArrayIndexKey: an exception has no name but its place
          key={at}
          number={at + 1}
          exception={exception}
          names={names}
          onChange={(next) => set({ exceptions: put(draft.exceptions, at, next) })}
        />
      ))}
      <span className="cluster">
        <Button kind="bare" onClick={() => set({ shifts: [...draft.shifts, newShift(first)] })}>
          Another shift
        </Button>
        <Button kind="bare" onClick={() => set({ exceptions: [...draft.exceptions, newException(first)] })}>
          Days that differ
        </Button>
        {edited && (
          <Button kind="bare" onClick={onDone}>
            Cancel
          </Button>
        )}
      </span>
    </AddForm>
  )
}

interface Fields<T> {
  number: number
  /** Channels by their ids. */
  names: Readonly<Record<string, string>>
  /** Null: taken out. */
  onChange: (next: T | null) => void
}

type Shift = Draft['shifts'][number]
type Exception = Draft['exceptions'][number]

function ShiftFields({ number, shift, names, onChange }: Fields<Shift> & { shift: Shift }) {
  const key = daysKey(shift)
  const days = key in DAYS ? DAYS : { ...DAYS, [key]: key }
  const turn = (at: number, id: string) =>
    onChange({ ...shift, channels: put(shift.channels, at, id === '' ? null : Number(id)) })
  return (
    <fieldset className="rota-part">
      <legend>Shift {number}</legend>
      <SelectField
        label="Days"
        value={key as Days}
        options={days}
        onChange={(next) => onChange({ ...shift, days: daysOf(next) })}
      />
      <TextField
        label="From"
        type="time"
        required
        value={shift.from}
        onChange={(e) => onChange({ ...shift, from: e.target.value })}
      />
      <TextField
        label="Until"
        type="time"
        required
        value={shift.until}
        onChange={(e) => onChange({ ...shift, until: e.target.value })}
      />
      {[...shift.channels, ''].map((channel, at) => (
        <SelectField
          // biome-ignore lint/suspicious/noArrayIndexKey: the same channel may have two turns
          key={at}
          label={at === 0 ? 'On call' : `Week ${at + 1}`}
          value={String(channel)}
          options={at === 0 ? names : { '': at < shift.channels.length ? 'take out' : 'nobody in turn', ...names }}
          onChange={(id) => turn(at, id)}
        />
      ))}
      <Button kind="bare" onClick={() => onChange(null)}>
        Remove<span className="visually-hidden"> shift {number}</span>
      </Button>
    </fieldset>
  )
}

function ExceptionFields({ number, exception, names, onChange }: Fields<Exception> & { exception: Exception }) {
  return (
    <fieldset className="rota-part">
      <legend>Days that differ {number}</legend>
      <TextField
        label="First day"
        type="date"
        required
        value={exception.from}
        onChange={(e) => onChange({ ...exception, from: e.target.value, until: exception.until || e.target.value })}
      />
      <TextField
        label="Last day"
        type="date"
        required
        value={exception.until}
        onChange={(e) => onChange({ ...exception, until: e.target.value })}
      />
      <SelectField
        label="On call instead"
        value={String(exception.channel)}
        options={names}
        onChange={(id) => onChange({ ...exception, channel: Number(id) })}
      />
      <TextField
        label="Why"
        placeholder="Christmas"
        value={exception.note}
        onChange={(e) => onChange({ ...exception, note: e.target.value })}
      />
      <Button kind="bare" onClick={() => onChange(null)}>
        Remove<span className="visually-hidden"> days {number}</span>
      </Button>
    </fieldset>
  )
}
