interface Props<T> {
  /** Names the table for screen readers. */
  label: string
  heads: readonly string[]
  items: readonly T[]
  keyOf: (item: T) => string | number
  /** The cells of one row; the first names it. */
  cells: (item: T) => readonly React.ReactNode[]
  empty: string
}

/** A plain table of settings, or a sentence where there is none. */
export function Rows<T>({ label, heads, items, keyOf, cells, empty }: Props<T>) {
  if (items.length === 0) return <p className="quiet">{empty}</p>
  return (
    <div className="table-scroll">
      <table className="plain-table" aria-label={label}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th scope="col" key={head}>
                {head || <span className="visually-hidden">What you can do</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => {
            const [name, ...rest] = cells(item)
            return (
              <tr key={keyOf(item)}>
                <th scope="row">{name}</th>
                {rest.map((cell, i) => (
                  <td key={heads[i + 1]}>{cell}</td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
