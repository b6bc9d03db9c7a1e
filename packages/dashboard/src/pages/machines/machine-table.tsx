// Rows stand where the virtualiser puts them, which a table's own layout forbids: the table is built of roles.
/* oxlint-disable jsx-a11y/prefer-tag-over-role */
import type { Answer } from '@pumphandle/shared/client'
import { counted } from '@pumphandle/shared/words'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
import { Notice } from '../../design/notice.tsx'
import { useHeld } from '../../design/steady.ts'
import { useLater } from '../../design/use-later.ts'
import { SettingsLink } from '../../session/settings-link.tsx'
import { type ChangeLayout, gridOf, type Layout, shownColumns } from './layout.ts'
import { MachineCells } from './machine-cells.tsx'
import { type FirstRows, pagesBetween, type Sort, useChanges, useRows } from './rows.ts'
import { Widen } from './widen.tsx'

/** Pixels of a row: by pointer, and by finger or on a narrow screen, where a row has two lines. */
const ROW_PX = { wide: 36, narrow: 68 }
/** Rows drawn beyond each edge of what is seen. */
const OVERSCAN = 12
/** Rows fetched beyond each edge of what is seen. */
const AHEAD = 100
/** How long the scrollbar must rest before anything is asked for. */
const REST_MS = 60

/** A box to tick, and room around it. */
const TICK_PX = 30

interface Props {
  rows: FirstRows
  first: Answer<'machines'>
  q: string
  sort: Sort
  onSort: (sort: Sort) => void
  layout: Layout
  onLayout: ChangeLayout
  /** Ids of those that are ticked; undefined for whoever may change nothing. */
  ticked: ReadonlySet<string> | undefined
  onTick: (ids: readonly string[], on: boolean) => void
}

/** As many rows as the query finds, drawn as far as they are seen, fetched as far as they are scrolled to. */
export function MachineTable({ rows, first, q, sort, onSort, layout, onLayout, ticked, onTick }: Props) {
  const scroll = useRef<HTMLDivElement>(null)
  const { held, props } = useHeld()
  const { total } = first
  const narrow = matchMedia('(max-width: 760px)').matches
  // oxlint-disable-next-line react/incompatible-library -- it answers with new functions on each render, by design
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroll.current,
    estimateSize: () => (narrow ? ROW_PX.narrow : ROW_PX.wide),
    overscan: OVERSCAN,
  })
  const { changes, refresh } = useChanges(rows, held || (virtual.scrollOffset ?? 0) > 0)
  const seen = virtual.getVirtualItems()
  const pages = pagesBetween((seen[0]?.index ?? 0) - AHEAD, Math.min(total - 1, (seen.at(-1)?.index ?? 0) + AHEAD))
  const rowAt = useRows(first, q, sort, useLater(pages.join(' '), REST_MS).split(' ').filter(Boolean).map(Number))

  const [drawn, setDrawn] = useState<Layout['widths']>()
  const columns = shownColumns(layout, narrow)
  const laidOut = drawn ? { ...layout, widths: drawn } : layout
  const inSight = seen.map(({ index }) => rowAt(index)).filter((row) => row !== undefined)
  const grid = gridOf(columns, laidOut, [...first.items, ...inSight])
  const loaded = first.items.map(({ id }) => id)
  const widen = (id: string) => (px: number, done: boolean) => {
    const widths = { ...layout.widths, [id]: px }
    setDrawn(done ? undefined : widths)
    if (done) onLayout((now) => ({ ...now, widths: { ...now.widths, [id]: px } }))
  }

  if (total === 0 && q === '')
    return (
      <Notice title="No machine has an agent yet" shape="hollow">
        Make an <SettingsLink part="enrolment">enrolment token</SettingsLink> and install the agent with it.
      </Notice>
    )
  if (total === 0)
    return (
      <Notice title="No machine matches" shape="hollow">
        Take a term out of the query, or look at every machine.
      </Notice>
    )
  const toggle = (by: Sort['by']) => onSort({ by, order: sort.by === by && sort.order === 'asc' ? 'desc' : 'asc' })
  return (
    <div className="machine-table-frame">
      <output className="changes">
        {changes > 0 && (
          <button type="button" className="button" onClick={refresh}>
            {counted(changes, 'change')}
          </button>
        )}
      </output>
      {/* a region that scrolls must be reachable by keyboard */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="machine-table" ref={scroll} tabIndex={0} aria-label="Machines found" {...props}>
        <div
          role="table"
          aria-label="Machines"
          aria-rowcount={total + 1}
          style={{
            blockSize: virtual.getTotalSize() + ROW_PX.wide,
            ...(narrow
              ? {}
              : {
                  minInlineSize: `calc(${ticked ? TICK_PX : 0}px + ${grid.leastWidth})`,
                  '--machine-columns': ticked ? `${TICK_PX}px ${grid.columns}` : grid.columns,
                }),
          }}
        >
          <div role="rowgroup" className="machine-head">
            <div role="row" aria-rowindex={1}>
              {ticked && (
                <div role="columnheader" className="machine-tick">
                  <label>
                    <input
                      type="checkbox"
                      aria-label={total > loaded.length ? `Tick the first ${loaded.length}` : 'Tick all'}
                      checked={loaded.every((id) => ticked.has(id))}
                      onChange={(event) => onTick(loaded, event.target.checked)}
                    />
                  </label>
                </div>
              )}
              {columns.map(({ id, title, sort: by }) => (
                <div
                  key={id}
                  role="columnheader"
                  aria-sort={by && sort.by === by ? (sort.order === 'asc' ? 'ascending' : 'descending') : undefined}
                >
                  {by ? (
                    <button type="button" onClick={() => toggle(by)}>
                      {title} <span aria-hidden="true">{sort.by === by ? (sort.order === 'asc' ? '↑' : '↓') : ''}</span>
                    </button>
                  ) : (
                    title
                  )}
                  {!narrow && <Widen title={title} width={laidOut.widths[id]} onWidth={widen(id)} />}
                </div>
              ))}
            </div>
          </div>
          <div role="rowgroup">
            {seen.map(({ index, start, size }) => {
              const row = rowAt(index)
              return (
                <div
                  key={row?.id ?? index}
                  role="row"
                  className="machine-row"
                  aria-rowindex={index + 2}
                  style={{ blockSize: size, translate: `0 ${start}px` }}
                >
                  {row && ticked && (
                    <div role="cell" className="machine-tick">
                      <label>
                        <input
                          type="checkbox"
                          aria-label={`Tick ${row.name}`}
                          checked={ticked.has(row.id)}
                          onChange={(event) => onTick([row.id], event.target.checked)}
                        />
                      </label>
                    </div>
                  )}
                  {row ? (
                    <MachineCells row={row} columns={columns} />
                  ) : (
                    <div role="cell" className="quiet">
                      Loading
                    </div>
                  )}
                </div>
              )
            })}
          </div>
        </div>
      </section>
    </div>
  )
}
