import type { ChannelRow } from '@pumphandle/shared/api'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Failure, SelectField, TextField } from '../../design/inputs.tsx'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { AddForm, ListPart } from './list-part.tsx'

const KINDS: Record<ChannelRow['kind'], string> = {
  teams: 'Microsoft Teams',
  email: 'E-mail',
  webhook: 'Webhook (JSON)',
  ntfy: 'ntfy',
}

const COLUMNS: readonly Column<ChannelRow>[] = [
  { head: 'Name', cell: (c) => c.name },
  { head: 'Kind', cell: (c) => KINDS[c.kind] },
  { head: 'Sends to', cell: (c) => c.target },
  {
    head: 'Last message',
    cell: (c) => {
      if (c.lastError) return <span className="tone-crash">{c.lastError}</span>
      return c.lastOkAt === null ? <span className="quiet">none yet</span> : <Time at={c.lastOkAt} />
    },
  },
]

/** Where messages about incidents go. */
export default function Channels() {
  const test = useChange('channelTest', ['channels'])
  return (
    <>
      <ListPart
        title="Notifications"
        about="One message for one cause, when it opens, changes its suspect, is contained, ends, and comes back. Never one per machine."
        name="channels"
        form={<NewChannel />}
        columns={COLUMNS}
        empty="No channel yet: incidents show on this page only."
        actions={(c) => (
          <Button kind="bare" busy={test.isPending} onClick={() => test.mutate({ path: { id: c.id }, body: {} })}>
            Test<span className="visually-hidden"> {c.name}</span>
          </Button>
        )}
        removal={{
          by: 'channelDelete',
          word: 'Remove',
          effect: 'No more messages go there.',
          nameOf: (c) => c.name,
        }}
      />
      <Failure error={test.error} />
    </>
  )
}

function NewChannel() {
  const [name, setName] = useState('')
  const [kind, setKind] = useState<ChannelRow['kind']>('teams')
  const [url, setUrl] = useState('')
  const add = useChange('channelAdd', ['channels'])
  const email = kind === 'email'
  const send = () =>
    add.mutate(
      { body: { name, kind, url: email ? `mailto:${url.replaceAll(' ', '')}` : url } },
      {
        onSuccess: () => {
          setName('')
          setUrl('')
        },
      },
    )
  return (
    <AddForm word="Add" busy={add.isPending} error={add.error} onSubmit={send}>
      <TextField label="Name" required value={name} onChange={(e) => setName(e.target.value)} />
      <SelectField label="Kind" value={kind} options={KINDS} onChange={setKind} />
      <TextField
        label={email ? 'Addresses' : 'Address'}
        type={email ? 'email' : 'url'}
        multiple={email}
        required
        placeholder={email ? 'it@icb.example, oncall@icb.example' : 'https://'}
        value={url}
        onChange={(e) => setUrl(e.target.value)}
      />
    </AddForm>
  )
}
