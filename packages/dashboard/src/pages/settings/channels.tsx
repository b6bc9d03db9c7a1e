import type { ChannelRow } from '@pumphandle/shared/api'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Failure } from '../../design/inputs.tsx'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { ChannelForm } from './channel-form.tsx'
import { KINDS, ofWhat, whenTold } from './channel-words.ts'
import { ListPart } from './list-part.tsx'
import { Preview } from './preview.tsx'

const COLUMNS: readonly Column<ChannelRow>[] = [
  { head: 'Name', cell: (c) => c.name },
  { head: 'Kind', cell: (c) => KINDS[c.kind] },
  { head: 'Sends to', cell: (c) => c.target },
  { head: 'About', cell: (c) => ofWhat(c) },
  { head: 'Is told', cell: whenTold },
  {
    head: 'Last message',
    cell: (c) => {
      if (!c.enabled) return <span className="quiet">switched off</span>
      if (c.lastError) return <span className="tone-crash">{c.lastError}</span>
      return c.lastOkAt === null ? <span className="quiet">none yet</span> : <Time at={c.lastOkAt} />
    },
  },
]

/** Where messages about incidents go. */
export default function Channels() {
  const test = useChange('channelTest', ['channels'])
  const [edited, setEdited] = useState<ChannelRow>()
  const [shown, setShown] = useState<ChannelRow>()
  return (
    <>
      <ListPart
        title="Notifications"
        about="One message for each stage of an incident: it is raised, grows tenfold, changes its suspect, is contained, is over, comes back. Never one per machine."
        name="channels"
        form={<ChannelForm key={edited?.id ?? 'new'} edited={edited} onDone={() => setEdited(undefined)} />}
        columns={COLUMNS}
        empty="No channel yet: incidents show on these pages only, and nobody is told."
        actions={(c) => (
          <>
            <Button kind="bare" onClick={() => setEdited(c)}>
              Edit<span className="visually-hidden"> {c.name}</span>
            </Button>
            <Button kind="bare" onClick={() => setShown(c)}>
              Preview<span className="visually-hidden"> {c.name}</span>
            </Button>
            <Button kind="bare" busy={test.isPending} onClick={() => test.mutate({ path: { id: c.id }, body: {} })}>
              Test<span className="visually-hidden"> {c.name}</span>
            </Button>
          </>
        )}
        removal={{
          by: 'channelDelete',
          word: 'Remove',
          effect: 'No more messages go there.',
          nameOf: (c) => c.name,
        }}
      />
      <Failure error={test.error} />
      {shown && <Preview key={shown.id} channel={shown} onClose={() => setShown(undefined)} />}
    </>
  )
}
