import type { ChannelRow } from '@pumphandle/shared/api'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Field } from '../../design/field.tsx'
import { Time } from '../../design/time.tsx'
import { Part } from './part.tsx'
import { Remove } from './remove.tsx'
import { Rows } from './rows.tsx'

const KINDS: Record<ChannelRow['kind'], string> = {
  teams: 'Microsoft Teams',
  email: 'E-mail',
  webhook: 'Webhook (JSON)',
  ntfy: 'ntfy',
}

/** Where messages about incidents go. */
export default function Channels() {
  const test = useChange('channelTest', ['channels'])
  const remove = useChange('channelDelete', ['channels'])
  return (
    <Part
      title="Notifications"
      about="One message for one cause, when it opens, changes its suspect, is contained, ends, and comes back. Never one per machine."
      name="channels"
    >
      {({ items }) => (
        <>
          <NewChannel />
          <Rows
            label="Channels"
            heads={['Name', 'Kind', 'Sends to', 'Last message', '']}
            items={items}
            keyOf={(c) => c.id}
            empty="No channel yet: incidents show on this page only."
            cells={(c) => [
              c.name,
              KINDS[c.kind],
              c.target,
              c.lastError ? (
                <span className="tone-crash">{c.lastError}</span>
              ) : c.lastOkAt === null ? (
                <span className="quiet">none yet</span>
              ) : (
                <Time at={c.lastOkAt} />
              ),
              <span key="a" className="cluster">
                <Button kind="bare" busy={test.isPending} onClick={() => test.mutate({ path: { id: c.id }, body: {} })}>
                  Test<span className="visually-hidden"> {c.name}</span>
                </Button>
                <Remove
                  word="Remove"
                  what={c.name}
                  effect="No more messages go there."
                  busy={remove.isPending}
                  onConfirm={() => remove.mutate({ path: { id: c.id } })}
                />
              </span>,
            ]}
          />
          {test.error && (
            <p className="field-error" role="alert">
              {test.error.message}
            </p>
          )}
        </>
      )}
    </Part>
  )
}

function NewChannel() {
  const [given, setGiven] = useState<{ name: string; kind: ChannelRow['kind']; url: string }>({
    name: '',
    kind: 'teams',
    url: '',
  })
  const add = useChange('channelAdd', ['channels'])
  const send = (event: React.FormEvent) => {
    event.preventDefault()
    const url = given.kind === 'email' ? `mailto:${given.url.replaceAll(' ', '')}` : given.url
    add.mutate({ body: { ...given, url } }, { onSuccess: () => setGiven({ ...given, name: '', url: '' }) })
  }
  return (
    <form className="form" onSubmit={send}>
      <div className="form-row">
        <Field label="Name">
          {(ids) => (
            <input
              {...ids}
              className="input"
              required
              value={given.name}
              onChange={(e) => setGiven({ ...given, name: e.target.value })}
            />
          )}
        </Field>
        <Field label="Kind">
          {(ids) => (
            <select
              {...ids}
              className="input"
              value={given.kind}
              onChange={(e) => setGiven({ ...given, kind: e.target.value as ChannelRow['kind'] })}
            >
              {Object.entries(KINDS).map(([kind, word]) => (
                <option key={kind} value={kind}>
                  {word}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Address">
          {(ids) => (
            <input
              {...ids}
              className="input"
              type={given.kind === 'email' ? 'email' : 'url'}
              multiple={given.kind === 'email'}
              required
              placeholder={given.kind === 'email' ? 'it@icb.example, oncall@icb.example' : 'https://'}
              value={given.url}
              onChange={(e) => setGiven({ ...given, url: e.target.value })}
            />
          )}
        </Field>
        <Button kind="primary" type="submit" busy={add.isPending}>
          Add
        </Button>
      </div>
      {add.error && (
        <p className="field-error" role="alert">
          {add.error.message}
        </p>
      )}
    </form>
  )
}
