import type { ChannelRow, RotaRow } from '@pumphandle/shared/api'
import { counted } from '@pumphandle/shared/words'
import { useState } from 'react'
import { Link } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { Button } from '../../design/button.tsx'
import { to } from '../../design/links.ts'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { ListPart } from './list-part.tsx'
import { RotaForm } from './rota-form.tsx'

/** Who is on call when: whose channel is told at once, and who is told after them. */
export default function OnCall() {
  const answer = useAnswer('channels')
  const channels = answer.data?.items ?? []
  const [edited, setEdited] = useState<RotaRow>()
  const nameOf = (id: number | null) =>
    id === null
      ? 'nobody: all are told'
      : (channels.find((channel) => channel.id === id)?.name ?? (answer.data ? 'a removed channel' : '…'))
  return (
    <ListPart
      title="On call"
      about="The channels of a rota take turns: whoever is on call is told at once, and the next after a while unless somebody has acknowledged. Times are in the time zone of your organisation."
      name="rotas"
      form={
        !answer.data ? (
          <Awaited of={answer} />
        ) : channels.length === 0 ? (
          <p>
            Each turn is one channel: <Link href={to.settings('notifications')}>add a channel</Link> for each person or
            desk first.
          </p>
        ) : (
          <RotaForm key={edited?.id ?? 'new'} channels={channels} edited={edited} onDone={() => setEdited(undefined)} />
        )
      }
      columns={columns(nameOf)}
      empty="No rota: every channel is told, as it is set under Notifications."
      actions={(rota) => (
        <Button kind="bare" onClick={() => setEdited(rota)}>
          Edit<span className="visually-hidden"> {rota.name}</span>
        </Button>
      )}
      removal={{
        by: 'rotaDelete',
        word: 'Remove',
        effect: 'Its channels are told of everything again, each by itself.',
        nameOf: (rota) => rota.name,
      }}
    />
  )
}

type NameOf = (id: ChannelRow['id'] | null) => string

function columns(nameOf: NameOf): Column<RotaRow>[] {
  return [
    { head: 'Name', cell: (rota) => rota.name },
    { head: 'On call now', cell: (rota) => <Turn rota={rota} at={0} nameOf={nameOf} /> },
    { head: 'Then', cell: (rota) => <Turn rota={rota} at={1} nameOf={nameOf} /> },
    {
      head: 'The next seven days',
      cell: (rota) => (
        <details>
          <summary>{counted(rota.spans.length, 'turn')}</summary>
          <ul className="rota-turns">
            {rota.spans.map((span) => (
              <li key={span.from}>
                {nameOf(span.channel)} from <Time at={span.from} />
              </li>
            ))}
          </ul>
        </details>
      ),
    },
    {
      head: 'If nobody acknowledges',
      cell: ({ nextAfterMinutes }) =>
        nextAfterMinutes === 0 ? 'nobody else' : `the next after ${nextAfterMinutes} min`,
    },
  ]
}

function Turn({ rota, at, nameOf }: { rota: RotaRow; at: number; nameOf: NameOf }) {
  const span = rota.spans[at]
  if (!span) return <span className="quiet">no change</span>
  return (
    <>
      {nameOf(span.channel)} <span className="quiet">until</span> <Time at={span.until} />
    </>
  )
}
