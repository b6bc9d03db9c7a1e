import type { ChannelRow } from '@pumphandle/shared/api'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { SelectField, TextField } from '../../design/inputs.tsx'
import { ADDRESS, addressesOf, KINDS, kindOf, SECRET } from './channel-words.ts'
import { AddForm } from './list-part.tsx'
import { MinutesField } from './minutes-field.tsx'
import { placesText, readPlaces } from './places.ts'
import { PlacesField } from './places-field.tsx'

interface Props {
  /** The one that is changed; undefined: a new one. */
  edited: ChannelRow | undefined
  onDone: () => void
}

type Draft = Pick<
  ChannelRow,
  'name' | 'kind' | 'afterMinutes' | 'quiet' | 'digest' | 'downMinutes' | 'backMinutes' | 'q' | 'enabled'
> & { url: string; secret: string; places: string }

const FRESH: Draft = {
  name: '',
  kind: 'teams',
  url: '',
  secret: '',
  afterMinutes: 0,
  quiet: '',
  digest: '',
  downMinutes: 0,
  backMinutes: 5,
  places: '',
  q: '',
  enabled: true,
}

/** Of an address only the host is known here, and of a secret nothing; those of email are no secret. */
function draftOf(channel: ChannelRow): Draft {
  const { id: _, target, places, ...rest } = channel
  return { ...rest, url: channel.kind === 'email' ? target : '', secret: '', places: placesText(places) }
}

/** A channel: what everybody has to say, and, folded, when it is told and of what. */
export function ChannelForm({ edited, onDone }: Props) {
  const [draft, setDraft] = useState<Draft>(() => (edited ? draftOf(edited) : FRESH))
  const add = useChange('channelAdd', ['channels'])
  const change = useChange('channelChange', ['channels'])
  const test = useChange('channelTest', ['channels'])
  const set = (more: Partial<Draft>) => setDraft({ ...draft, ...more })
  const { kind } = draft
  const email = kind === 'email'
  // of another kind it has another address and another key
  const keeps = edited?.kind === kind
  const send = () => {
    const { name, url, secret, afterMinutes, quiet, digest, downMinutes, backMinutes, q, enabled } = draft
    const address = email ? `mailto:${url.replaceAll(' ', '')}` : url
    const body = {
      name,
      kind,
      afterMinutes,
      quiet,
      digest,
      downMinutes,
      backMinutes,
      q,
      enabled,
      places: readPlaces(draft.places),
    }
    const onSuccess = ({ id }: ChannelRow) => {
      // what was added is seen to work, or not, there and then
      if (enabled && (!edited || url !== '')) test.mutate({ path: { id }, body: {} })
      setDraft(FRESH)
      onDone()
    }
    if (!edited) return add.mutate({ body: { ...body, url: address, secret } }, { onSuccess })
    const told = { ...(url !== '' && { url: address }), ...((secret !== '' || !keeps) && { secret }) }
    change.mutate({ path: { id: edited.id }, body: { ...body, ...told } }, { onSuccess })
  }
  return (
    <AddForm
      word={edited ? `Save ${edited.name}` : 'Add'}
      busy={add.isPending || change.isPending}
      error={add.error ?? change.error}
      onSubmit={send}
      more={<When draft={draft} set={set} isOpen={edited !== undefined} />}
    >
      <TextField label="Name" required value={draft.name} onChange={(e) => set({ name: e.target.value })} />
      <SelectField label="Kind" value={kind} options={KINDS} onChange={(next) => set({ kind: next })} />
      <TextField
        label={email ? 'Addresses' : 'Address'}
        hint={
          keeps && !email
            ? `Leave empty to keep ${edited.target}.`
            : email
              ? undefined
              : 'Paste it: the kind follows from it. A test message is sent there at once.'
        }
        type={email ? 'email' : 'text'}
        inputMode={email ? 'email' : 'url'}
        multiple={email}
        required={!keeps || email}
        placeholder={ADDRESS[kind] ?? 'https://'}
        value={draft.url}
        onChange={({ target: { value } }) => {
          const next = kindOf(value) ?? kind
          set({ url: next === 'email' ? addressesOf(value) : value, kind: next })
        }}
      />
      {SECRET[kind] && (
        <TextField
          label={SECRET[kind]}
          hint={keeps && edited.hasSecret ? 'Leave empty to keep it.' : undefined}
          required={(kind === 'pagerduty' || kind === 'opsgenie') && !keeps}
          autoComplete="off"
          value={draft.secret}
          onChange={(e) => set({ secret: e.target.value })}
        />
      )}
      {edited && (
        <span className="cluster">
          <label>
            <input type="checkbox" checked={draft.enabled} onChange={(e) => set({ enabled: e.target.checked })} /> Sends
            messages
          </label>
          <Button kind="bare" onClick={onDone}>
            Cancel
          </Button>
        </span>
      )}
    </AddForm>
  )
}

/** When it is told, and of what: most leave it as it is. */
function When({ draft, set, isOpen }: { draft: Draft; set: (more: Partial<Draft>) => void; isOpen: boolean }) {
  return (
    <details className="form-more" open={isOpen}>
      <summary>When it is told, and about what</summary>
      <div className="form-row">
        <MinutesField
          label="Told after (minutes)"
          hint="0: at once. Otherwise only if nobody has acknowledged by then."
          value={draft.afterMinutes}
          onChange={(afterMinutes) => set({ afterMinutes })}
        />
        <TextField
          label="Quiet hours"
          hint="Only 50 machines or 10 practices and more break them."
          placeholder="22:00-07:00"
          pattern="\d\d:\d\d-\d\d:\d\d"
          value={draft.quiet}
          onChange={(e) => set({ quiet: e.target.value })}
        />
        <TextField
          label="Digest at"
          hint="Small incidents, in one message a day."
          placeholder="08:00"
          pattern="\d\d:\d\d"
          value={draft.digest}
          onChange={(e) => set({ digest: e.target.value })}
        />
        <MinutesField
          label="Told once it lasts (minutes)"
          hint="What ends sooner is not told at all."
          value={draft.downMinutes}
          onChange={(downMinutes) => set({ downMinutes })}
        />
        <MinutesField
          label="Told as over after (minutes)"
          hint="What comes back sooner counts as the same incident."
          value={draft.backMinutes}
          onChange={(backMinutes) => set({ backMinutes })}
        />
        <TextField
          label="Machines, as a query"
          className="mono"
          hint='Only about these, with their numbers: tag:ring:pilot, group:"Servers".'
          placeholder="every machine"
          value={draft.q}
          onChange={(e) => set({ q: e.target.value })}
        />
        <PlacesField value={draft.places} onChange={(places) => set({ places })} />
      </div>
    </details>
  )
}
