// Rows stand where the virtualiser puts them, which a table's own layout forbids: the table is built of roles.
/* oxlint-disable jsx-a11y/prefer-tag-over-role */
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { plural } from '../../design/format.ts'
import { Notice } from '../../design/notice.tsx'
import { useHeld } from '../../design/steady.ts'
import { COLUMNS, MachineCells } from './columns.tsx'
import { loaded, type MachineRows, type Sort, useChanges } from './rows.ts'

/** Pixels of a row: by pointer, and by finger or on a narrow screen, where a row has two lines. */
const ROW_PX = { wide: 36, narrow: 68 }
/** Rows drawn beyond each edge of what is seen. */
const OVERSCAN = 12
/** The next page is asked for when so many rows are left. */
const AHEAD = 120

interface Props {
  rows: MachineRows
  sort: Sort
  onSort: (sort: Sort) => void
}

/** As many rows as the query finds, drawn as far as they are seen, fetched as far as they are scrolled to. */
export function MachineTable({ rows, sort, onSort }: Props) {
  const scroll = useRef<HTMLDivElement>(null)
  const { held, props } = useHeld()
  const { changes, refresh } = useChanges(rows, held)
  const items = loaded(rows)
  const total = rows.data?.pages[0]?.total ?? 0
  const narrow = matchMedia('(max-width: 760px)').matches
  // oxlint-disable-next-line react/incompatible-library -- it answers with new functions on each render, by design
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroll.current,
    estimateSize: () => (narrow ? ROW_PX.narrow : ROW_PX.wide),
    overscan: OVERSCAN,
  })
  const seen = virtual.getVirtualItems()
  const last = seen.at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = rows
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last + AHEAD > items.length) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, items.length])

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
            {plural(changes, 'change')}
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
          style={{ blockSize: virtual.getTotalSize() + ROW_PX.wide }}
        >
          <div role="rowgroup" className="machine-head">
            <div role="row" aria-rowindex={1}>
              {COLUMNS.map(({ title, sort: by }) => (
                <div
                  key={title}
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
                </div>
              ))}
            </div>
          </div>
          <div role="rowgroup">
            {seen.map(({ index, start, size }) => {
              const row = items[index]
              return (
                <div
                  key={row?.id ?? index}
                  role="row"
                  className="machine-row"
                  aria-rowindex={index + 2}
                  style={{ blockSize: size, translate: `0 ${start}px` }}
                >
                  {row ? (
                    <MachineCells row={row} />
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
