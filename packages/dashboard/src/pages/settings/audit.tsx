import type { Answer } from '@pumphandle/shared/client'
import { useInfiniteQuery } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { Awaited } from '../../design/awaited.tsx'
import { Panel } from '../../design/panel.tsx'
import { ShowMore } from '../../design/show-more.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'

const PAGE = 100

const COLUMNS: readonly Column<Answer<'audit'>['items'][number]>[] = [
  { head: 'When', nowrap: true, cell: (a) => <Time at={a.at} as="seconds" /> },
  { head: 'Who', full: true, cell: (a) => a.actor },
  { head: 'What', cell: (a) => <span title={a.action}>{inPlain(a.action)}</span> },
  { head: 'On', full: true, cell: (a) => a.subject },
  { head: 'Detail', cell: (a) => <span className="quiet">{a.detail}</span> },
]

/** channelAdd: channel add. */
const inPlain = (action: string) => action.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** Who did what, newest first. */
export default function Audit() {
  const answer = useInfiniteQuery({
    queryKey: ['audit', {}],
    queryFn: ({ pageParam, signal }) =>
      client.call('audit', { query: { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
  const { data } = answer
  return (
    <Panel title="Audit log">
      <p className="quiet">
        Sign-ins, changes, exports, what was opened and what was refused, with who and when. It can only grow.{' '}
        <a href="/api/v1/audit.ndjson">All of it as JSON lines</a>, or <a href="/api/v1/audit.log">as syslog</a>.
      </p>
      {!data && <Awaited of={answer} lines={8} height={300} />}
      {data && (
        <Table label="Audit log" columns={COLUMNS} items={data.pages.flatMap((p) => p.items)} keyOf={(a) => a.id} />
      )}
      <ShowMore of={answer} word="Show older" />
    </Panel>
  )
}
