import { ApiProblem, addressOf } from '@pumphandle/shared/client'
import { count } from '@pumphandle/shared/words'
import { useRef, useState } from 'react'
import { Link, Redirect, useSearchParams } from 'wouter'
import { useHistoryState } from 'wouter/use-browser-location'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { to } from '../../design/links.ts'
import { Notice } from '../../design/notice.tsx'
import { useSlash } from '../../design/slash.ts'
import { usePageTitle } from '../../design/title.ts'
import { goesThere } from '../../query/found.ts'
import { QueryBox } from '../../query/query-box.tsx'
import { QueryError } from '../../query/query-error.tsx'
import { useMay } from '../../session/may.ts'
import { useMe } from '../../session/me.ts'
import { ChooseColumns } from './choose-columns.tsx'
import { Facets } from './facets.tsx'
import { useLayout } from './layout.ts'
import { MachineTable } from './machine-table.tsx'
import { type Sort, useFirstRows } from './rows.ts'
import { Saved } from './saved.tsx'
import { These } from './these.tsx'
import { Ticked } from './ticked.tsx'
import './machines.css'

/** Machines that can be ticked: to mark so many takes some seconds, and more is a question's work. */
const MOST_TICKED = 200

/** While an incident is under way the ill come first, where nobody asks for another order. Unknown before it is known. */
function useIllFirst(): boolean | undefined {
  const { data, error } = useAnswer('overview')
  return data ? data.incidents.length > 0 : error ? false : undefined
}

/** Any question to the fleet: the query is in the address, so that it can be sent to a colleague. */
export default function MachinesPage() {
  usePageTitle('Machines')
  const mayTag = useMay('technician')
  const me = useMe()
  const [params, setParams] = useSearchParams()
  const q = params.get('q') ?? ''
  const illFirst = useIllFirst()
  const asked = params.get('sort') ?? (illFirst ? 'state' : 'name')
  const sort = { by: asked, order: params.get('order') === 'desc' ? 'desc' : 'asc' } as Sort
  const [layout, setLayout] = useLayout()
  const set = (values: Record<string, string>) =>
    setParams((old) => {
      const next = new URLSearchParams(old)
      for (const [key, value] of Object.entries(values)) {
        if (value) next.set(key, value)
        else next.delete(key)
      }
      return next
    })
  const input = useRef<HTMLInputElement>(null)
  useSlash(input)
  const rows = useFirstRows(q, sort, params.has('sort') || illFirst !== undefined)
  const problem = rows.error instanceof ApiProblem && rows.error.problem.position ? rows.error.problem : undefined
  const first = rows.data
  const incident = /\bincident:(\d+)/.exec(q)?.[1]
  const [ticked, setTicked] = useState<{ q: string; ids: ReadonlySet<string> }>({ q, ids: new Set() })
  // another question finds others
  const ids = ticked.q === q ? ticked.ids : new Set<string>()
  const tick = (changed: readonly string[], on: boolean) =>
    setTicked({
      q,
      ids: on
        ? new Set([...ids, ...changed].slice(0, MOST_TICKED))
        : new Set([...ids].filter((id) => !changed.includes(id))),
    })
  const came = goesThere(useHistoryState())
  const [only] = first?.items ?? []
  if (came && only && first?.total === 1 && !rows.isPlaceholderData && !q.includes(':'))
    return <Redirect to={to.machine(only.id)} replace />
  const exported = { q, sort: sort.by, order: sort.order }

  return (
    <div className="machines">
      <div className="page-head">
        <h1>Machines</h1>
        <div className="cluster no-print">
          {layout && <ChooseColumns layout={layout} onLayout={setLayout} />}
          <Saved q={q} />
          {first && <These q={q} total={first.total} />}
          <Link className="button" href={to.retired()}>
            Retired
          </Link>
          {/* lists are of the whole organisation */}
          {!me.places && (
            <Link className="button" href={to.coverage()}>
              Coverage
            </Link>
          )}
          <a className="button" href={addressOf('machinesCsv', { query: { ...exported, bom: '1' } })} download>
            CSV
          </a>
          <a className="button wide-only" href={addressOf('machinesNdjson', { query: exported })} download>
            NDJSON
          </a>
          <a className="button" href={addressOf('assetRegister', { query: { q, bom: '1' } })} download>
            Asset register
          </a>
        </div>
      </div>
      <search className="machines-query">
        <QueryBox
          inputRef={input}
          value={q}
          onSubmit={(query) => set({ q: query })}
          label="Query"
          placeholder="state:dark   sensor:falcon@7.16.*   practice:A81001   seen:>15m"
          errorId={problem && 'query-error'}
        />
        {ids.size > 0 ? (
          <Ticked
            ids={[...ids]}
            incident={incident === undefined ? undefined : Number(incident)}
            onNone={() => setTicked({ q, ids: new Set() })}
          />
        ) : problem ? (
          <QueryError id="query-error" query={q} problem={problem} />
        ) : (
          <output className="machines-explained">
            {first ? (
              <>
                <b>{count(first.total)}</b> {first.total === 1 ? 'machine' : 'machines'}.{' '}
                <span className="quiet">{first.explained}</span>
              </>
            ) : (
              ' '
            )}
          </output>
        )}
      </search>
      <div className="machines-body">
        {(first || !rows.error) && <Facets facets={first?.facets} query={q} onQuery={(query) => set({ q: query })} />}
        {first && layout && !problem ? (
          <MachineTable
            key={q}
            rows={rows}
            first={first}
            q={q}
            sort={sort}
            onSort={(next) => set({ sort: next.by, order: next.order })}
            layout={layout}
            onLayout={setLayout}
            ticked={mayTag ? ids : undefined}
            onTick={tick}
          />
        ) : problem ? (
          <Notice title="The query cannot be read">
            Correct the marked part, or clear the field to see every machine.
          </Notice>
        ) : (
          <div className="machines-awaited">
            <Awaited of={rows} lines={12} height={600} />
          </div>
        )}
      </div>
    </div>
  )
}
