import type { PracticeTile, PracticeVerdict } from '@pumphandle/shared/api'
import { count, counted, IN_TROUBLE, TROUBLE, term } from '@pumphandle/shared/words'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'wouter'
import { client } from '../../api/client.ts'
import { Awaited } from '../../design/awaited.tsx'
import { Button } from '../../design/button.tsx'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Notice } from '../../design/notice.tsx'
import { Panel } from '../../design/panel.tsx'
import { ShowMore } from '../../design/show-more.tsx'
import { useHeld, useSteady } from '../../design/steady.ts'
import { type Column, Table } from '../../design/table.tsx'
import { usePageTitle } from '../../design/title.ts'
import { useLater } from '../../design/use-later.ts'
import { WHY, WORKING } from '../../design/words.ts'
import { SettingsLink } from '../../session/settings-link.tsx'

const PAGE = 100
const TYPING_MS = 200
const ALL = Object.keys(WORKING) as PracticeVerdict['working'][]

const ill = (tile: PracticeTile) => TROUBLE.reduce((n, state) => n + tile.states[state], 0)

const COLUMNS: readonly Column<PracticeTile>[] = [
  {
    head: 'Practice',
    cell: ({ practice }) => (
      <>
        <Link href={to.practice(practice.code)}>{practice.name}</Link>{' '}
        <span className="quiet small">{practice.code}</span>
      </>
    ),
  },
  {
    head: 'Can work',
    nowrap: true,
    cell: ({ verdict }) => (
      <>
        <Mark look={WORKING[verdict.working]} />
        {WHY[verdict.why] && <span className="quiet">: {WHY[verdict.why]}</span>}
      </>
    ),
  },
  {
    head: 'Machines',
    number: true,
    cell: (t) => <Link href={to.machines(term('practice', t.practice.code))}>{count(t.machines)}</Link>,
  },
  {
    head: 'In trouble',
    number: true,
    nowrap: true,
    cell: (t) =>
      ill(t) === 0 ? (
        <span className="quiet">0</span>
      ) : (
        <Link href={to.machines(`${term('practice', t.practice.code)} ${IN_TROUBLE}`)}>{count(ill(t))}</Link>
      ),
  },
  {
    head: 'Network and region',
    wideOnly: true,
    cell: ({ practice }) =>
      [practice.pcn, practice.region].filter(Boolean).join(', ') || <span className="quiet">none</span>,
  },
  { head: 'Why', wideOnly: true, cell: (t) => <span className="quiet">{t.verdict.sentence}</span> },
]

/** Practices by name, code or condition. */
export default function PracticesPage() {
  usePageTitle('Practices')
  const [params, setParams] = useSearchParams()
  const q = params.get('q') ?? ''
  const working = ALL.find((w) => w === params.get('working'))
  const region = params.get('region') ?? ''
  const incident = params.get('incident') ?? ''
  const later = useLater(q, TYPING_MS)
  const rows = useInfiniteQuery({
    queryKey: ['practices', {}, later, working, region, incident],
    queryFn: ({ pageParam, signal }) =>
      client.call('practices', {
        query: {
          q: later,
          limit: PAGE,
          ...(working ? { working } : {}),
          ...(region ? { region } : {}),
          ...(incident ? { incident: Number(incident) } : {}),
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: (old) => old,
  })
  const { held, props } = useHeld()
  const { items } = useSteady(rows.data?.pages.flatMap((p) => p.items) ?? [], (t) => t.practice.code, held)
  const first = rows.data?.pages[0]
  const narrowed = Boolean(q || working || region || incident)
  const set = (key: string, value: string) =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old)
        if (value) next.set(key, value)
        else next.delete(key)
        return next
      },
      { replace: true },
    )
  return (
    <>
      <div className="page-head">
        <h1>Practices</h1>
        <output>{first ? counted(first.total, 'practice') : ''}</output>
      </div>
      <div className="form-row narrow-row">
        <label className="field">
          Name or code
          <input className="input" type="search" value={q} onChange={(e) => set('q', e.target.value)} />
        </label>
        <label className="field">
          Can work
          <select className="input" value={working ?? ''} onChange={(e) => set('working', e.target.value)}>
            <option value="">All</option>
            {ALL.map((w) => (
              <option key={w} value={w}>
                {WORKING[w].word}
              </option>
            ))}
          </select>
        </label>
        {region && (
          <p className="cluster">
            <span>
              In <b>{region}</b>
            </span>
            <Button kind="bare" onClick={() => set('region', '')}>
              All regions
            </Button>
          </p>
        )}
        {incident && (
          <p className="cluster">
            <span>
              Hit by <Link href={to.incident(Number(incident))}>incident {incident}</Link>
            </span>
            <Button kind="bare" onClick={() => set('incident', '')}>
              All practices
            </Button>
          </p>
        )}
      </div>
      <Panel title="Practices" hideTitle>
        {!first && <Awaited of={rows} lines={10} height={500} />}
        {first && items.length === 0 && (
          <Notice title={narrowed ? 'No practice matches' : 'No practice yet'}>
            {narrowed ? 'Clear the fields, or' : 'You can'}{' '}
            <SettingsLink part="practices">import practices</SettingsLink>.
          </Notice>
        )}
        {items.length > 0 && (
          <Table label="Practices" columns={COLUMNS} items={items} keyOf={(t) => t.practice.code} {...props} />
        )}
        <ShowMore of={rows} />
      </Panel>
    </>
  )
}
