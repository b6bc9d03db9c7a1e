import { useInfiniteQuery } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { inWords } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Loading, Notice } from '../../design/notice.tsx'
import { Panel } from '../../design/panel.tsx'
import { Time } from '../../design/time.tsx'
import { Rows } from './rows.tsx'

const PAGE = 100

/** Who did what, newest first. */
export default function Audit() {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['audit', {}],
    queryFn: ({ pageParam, signal }) =>
      client.call('audit', { query: { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
  return (
    <Panel title="Audit log">
      <p className="quiet">Every sign-in and every change, with who and when. It cannot be edited.</p>
      {!data && error && <Notice title={inWords(error).title}>{inWords(error).detail}</Notice>}
      {!data && !error && <Loading lines={8} height={300} />}
      {data && (
        <Rows
          label="Audit log"
          heads={['When', 'Who', 'What', 'On', 'Detail']}
          items={data.pages.flatMap((p) => p.items)}
          keyOf={(a) => a.id}
          empty="Nothing yet."
          cells={(a) => [
            <Time key="t" at={a.at} as="seconds" />,
            a.actor,
            <code key="a">{a.action}</code>,
            a.subject,
            <span key="d" className="quiet">
              {a.detail}
            </span>,
          ]}
        />
      )}
      {hasNextPage && (
        <p>
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older
          </Button>
        </p>
      )}
    </Panel>
  )
}
