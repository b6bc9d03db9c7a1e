import { Button } from '../../design/button.tsx'
import { COLUMNS } from './columns.tsx'
import { type ChangeLayout, DEFAULT_LAYOUT, type Layout } from './layout.ts'

/** Which columns the table has. The choice is the person's, and kept. */
export function ChooseColumns({ layout, onLayout }: { layout: Layout; onLayout: ChangeLayout }) {
  const toggle = (id: string, on: boolean) =>
    onLayout((now) => ({
      ...now,
      shown: COLUMNS.map((c) => c.id).filter((c) => (c === id ? on : now.shown.includes(c))),
    }))
  return (
    <div className="choose-columns wide-only">
      <button type="button" className="button" popoverTarget="columns">
        Columns
      </button>
      <div id="columns" className="menu" popover="auto">
        <fieldset>
          <legend className="small quiet">Columns</legend>
          {COLUMNS.map(({ id, title }) => (
            <label key={id}>
              <input
                type="checkbox"
                checked={layout.shown.includes(id)}
                disabled={id === 'name'}
                onChange={(event) => toggle(id, event.target.checked)}
              />{' '}
              {title}
            </label>
          ))}
        </fieldset>
        <p className="small quiet">Drag a column’s edge to widen it.</p>
        <Button onClick={() => onLayout(() => DEFAULT_LAYOUT)}>Reset columns</Button>
      </div>
    </div>
  )
}
