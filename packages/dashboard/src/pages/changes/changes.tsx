import type { Changed } from '@pumphandle/shared/api'
import { DAY, HOUR, isoMinute, MINUTE } from '@pumphandle/shared/time'
import { componentTerm, componentWords, count, counted } from '@pumphandle/shared/words'
import { Link, useSearchParams } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { share } from '../../design/format.ts'
import { to } from '../../design/links.ts'
import { Notice } from '../../design/notice.tsx'
import { useNow } from '../../design/now.tsx'
import { Panel } from '../../design/panel.tsx'
import { Shape } from '../../design/shape.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { usePageTitle } from '../../design/title.ts'
import './changes.css'

/** A night begins at six in the evening, when practices close. */
const EVENING = 18
const SPANS = {
  night: { word: 'Since yesterday evening', from: (now: number) => eveningBefore(now) },
  day: { word: '24 h', from: (now: number) => now - DAY },
  three: { word: '3 days', from: (now: number) => now - 3 * DAY },
  week: { word: '7 days', from: (now: number) => now - 7 * DAY },
  month: { word: '30 days', from: (now: number) => now - 30 * DAY },
} as const
type Span = keyof typeof SPANS

function eveningBefore(now: number): number {
  const evening = new Date(now - DAY)
  evening.setHours(EVENING, 0, 0, 0)
  return evening.getTime()
}

/** From this share on, and from so many machines, what failed after a version is worth a mark; the detector judges better. */
const MARKED = { share: 0.05, machines: 3 }

type Item = Changed['items'][number]
const isMarked = ({ failed, machines }: Item) => failed >= MARKED.machines && failed / machines >= MARKED.share

/** The first page at nine in the morning: what came onto machines, and did anything fail after it. */
export default function ChangesPage() {
  usePageTitle('What changed')
  const [params, setParams] = useSearchParams()
  const now = useNow(MINUTE)
  const span = (Object.keys(SPANS) as Span[]).find((name) => name === params.get('span')) ?? 'night'
  const from = local(params.get('from')) ?? Math.floor(SPANS[span].from(now) / MINUTE) * MINUTE
  const until = local(params.get('until')) ?? now
  const valid = until > from && until - from <= 31 * DAY
  const answer = useAnswer('changed', { query: { from, until } }, { keep: true, enabled: valid })
  const { data } = answer
  const own = params.has('from') || params.has('until')
  const set = (name: 'from' | 'until', value: string) =>
    setParams((old) => {
      const next = new URLSearchParams(old)
      if (value) next.set(name, value)
      else next.delete(name)
      return next
    })
  return (
    <div className="stack">
      <header className="page-head">
        <h1>What changed</h1>
        <div className="cluster no-print">
          <div className="segments" role="toolbar" aria-label="Length of time">
            {(Object.keys(SPANS) as Span[]).map((name) => (
              <button
                key={name}
                type="button"
                aria-pressed={!own && name === span}
                onClick={() => setParams({ span: name })}
              >
                {SPANS[name].word}
              </button>
            ))}
          </div>
          <label className="changes-when">
            From{' '}
            <input
              type="datetime-local"
              className="input"
              value={params.get('from') ?? written(from)}
              onChange={(event) => set('from', event.target.value)}
            />
          </label>
          <label className="changes-when">
            to{' '}
            <input
              type="datetime-local"
              className="input"
              value={params.get('until') ?? written(until)}
              onChange={(event) => set('until', event.target.value)}
            />
          </label>
        </div>
      </header>
      {!valid ? (
        <Notice title="That is no span of time" shape="question">
          The end comes after the beginning, by a month at most.
        </Notice>
      ) : data ? (
        <Found data={data} now={now} />
      ) : (
        <Awaited of={answer} lines={10} height={500} />
      )}
    </div>
  )
}

function Found({ data, now }: { data: Changed; now: number }) {
  const marked = data.items.filter(isMarked)
  const hours = Math.max(1, Math.ceil((now - data.from) / HOUR))
  const columns: Column<Item>[] = [
    {
      head: 'Version',
      cell: (item) => <Link href={to.having(item.component)}>{componentWords(item.component)}</Link>,
    },
    { head: 'First seen', nowrap: true, cell: (item) => <Time at={item.firstSeen} /> },
    {
      head: 'Received by',
      number: true,
      // whoever had a version of before this time may have had it before: that is another number
      cell: (item) =>
        item.firstSeen < data.from ? (
          count(item.machines)
        ) : (
          <Link
            href={to.machines(
              `had:${componentTerm(item.component)} at:${isoMinute(data.from)}..${isoMinute(data.until)}`,
            )}
          >
            {count(item.machines)}
          </Link>
        ),
    },
    {
      head: 'Failed after it',
      number: true,
      nowrap: true,
      cell: (item) =>
        item.failed === 0 ? (
          0
        ) : (
          <span className={isMarked(item) ? 'tone-crash' : ''}>
            {isMarked(item) && <Shape name="bang" label="many:" />}{' '}
            <Link href={to.machines(`had:${componentTerm(item.component)} crashed:<${hours}h`)}>
              {count(item.failed)}
            </Link>{' '}
            <span className="quiet">{share(item.failed / item.machines)}</span>
          </span>
        ),
    },
  ]
  return (
    <>
      <p className="changes-sum">
        <b>{counted(data.items.length + data.more, 'version')}</b> came onto machines,{' '}
        <b>{counted(data.failed, 'machine')}</b> had a blue screen or vanished.{' '}
        {marked.length > 0
          ? `Many failed after ${marked.length === 1 ? 'one' : count(marked.length)} of these versions.`
          : data.failed > 0
            ? 'None of these versions stands out.'
            : ''}
      </p>
      <Panel title="Versions that arrived" aside="those first after which machines failed">
        {data.items.length === 0 ? (
          <Notice title="Nothing arrived" shape="tick" tone="ok">
            No version came onto a machine in this time that it had not before.
          </Notice>
        ) : (
          <Table label="Versions that arrived" columns={columns} items={data.items} keyOf={(i) => i.component.key} />
        )}
        {data.more > 0 && <p className="quiet">and {count(data.more)} more, after which nothing more failed.</p>}
      </Panel>
    </>
  )
}

/** What an input for a local time takes and gives, `2024-07-19T09:00`. */
function written(at: number): string {
  const shifted = new Date(at - new Date(at).getTimezoneOffset() * MINUTE)
  return shifted.toISOString().slice(0, 16)
}

function local(text: string | null): number | undefined {
  const at = text ? new Date(text).getTime() : Number.NaN
  return Number.isFinite(at) ? at : undefined
}
