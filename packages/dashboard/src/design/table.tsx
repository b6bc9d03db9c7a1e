import './table.css'

export interface Column<T> {
  head: string
  cell: (item: T) => React.ReactNode
  /** Figures stand at the right, digit under digit. */
  number?: boolean
  /** A head that the eye does not need: of buttons, of drawings. */
  hideHead?: boolean
  /** Left out on a telephone. */
  wideOnly?: boolean
  /** Left out on paper: of links alone. */
  screenOnly?: boolean
  /** On a telephone over the row's whole width. */
  full?: boolean
  /** Never broken into two lines. */
  nowrap?: boolean
}

interface Props<T> extends Omit<React.ComponentProps<'div'>, 'children'> {
  /** Names the table for screen readers. */
  label: string
  /** The first one names its row. */
  columns: readonly Column<T>[]
  items: readonly T[]
  keyOf: (item: T) => string | number
}

/** A plain table. On a telephone each row becomes a block of its own: its name, then heads and values in pairs. */
export function Table<T>({ label, columns, items, keyOf, className = '', ...rest }: Props<T>) {
  const [first, ...others] = columns
  const classOf = (c: Column<T>) =>
    [
      c.number && 'number',
      c.wideOnly && 'wide-only',
      c.screenOnly && 'no-print',
      c.nowrap && 'nowrap',
      c.full && 'full-cell',
    ]
      .filter(Boolean)
      .join(' ') || undefined
  return (
    <div className={`table-scroll ${className}`} {...rest}>
      <table className="plain-table rows-table" aria-label={label}>
        <thead>
          <tr>
            {columns.map((c) => (
              <th scope="col" key={c.head} className={classOf(c)}>
                {c.hideHead ? <span className="visually-hidden">{c.head}</span> : c.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={keyOf(item)}>
              <th scope="row">{first?.cell(item)}</th>
              {others.map((c) => (
                <td key={c.head} className={classOf(c)} data-head={c.hideHead ? undefined : c.head}>
                  {c.cell(item)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
