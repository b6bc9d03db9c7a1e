import type { Answer, ReadName } from '@pumphandle/shared/client'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Failure } from '../../design/inputs.tsx'
import { Remove } from '../../design/remove.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { Part } from './part.tsx'

interface Item {
  id: number
}
/** The routes that list items of this kind. */
type ListOf<T> = { [N in ReadName]: Answer<N> extends { items: T[] } ? N : never }[ReadName]

interface Removal<T> {
  /** The route that does it, by the item's id. */
  by: 'channelDelete' | 'enrolmentTokenRevoke' | 'maintenanceDelete' | 'rotaDelete' | 'tokenDelete'
  /** The button's word: Revoke, Remove. */
  word: string
  /** What follows from it. */
  effect: string
  nameOf: (item: T) => string
  /** Where it is not possible any more. */
  unless?: (item: T) => boolean
}

interface Props<T extends Item> {
  title: string
  about: React.ReactNode
  name: ListOf<T>
  /** Adds one. */
  form: React.ReactNode
  columns: readonly Column<T>[]
  /** Said where there is none. */
  empty: string
  removal?: Removal<T>
  /** What else can be done with one, beside its removal. */
  actions?: (item: T) => React.ReactNode
}

/** A part of the settings that is a list: a form that adds to it, its rows, and a button that removes one. */
export function ListPart<T extends Item>({ title, about, name, form, columns, empty, removal, actions }: Props<T>) {
  const remove = useChange(removal?.by ?? 'tokenDelete', [name])
  const buttons = (item: T) => (
    <span className="cluster">
      {actions?.(item)}
      {removal && !removal.unless?.(item) && (
        <Remove
          word={removal.word}
          what={removal.nameOf(item)}
          effect={removal.effect}
          busy={remove.isPending}
          onConfirm={() => remove.mutate({ path: { id: item.id } })}
        />
      )}
    </span>
  )
  return (
    <Part title={title} about={about} name={name}>
      {(answer) => {
        const { items } = answer as { items: readonly T[] }
        return (
          <>
            {form}
            {items.length === 0 ? (
              <p className="quiet">{empty}</p>
            ) : (
              <Table
                label={title}
                columns={
                  removal || actions
                    ? [...columns, { head: 'What you can do', hideHead: true, cell: buttons }]
                    : columns
                }
                items={items}
                keyOf={(item) => item.id}
              />
            )}
            <Failure error={remove.error} />
          </>
        )
      }}
    </Part>
  )
}

interface FormProps {
  /** The button's word. */
  word: string
  busy: boolean
  error: Error | null
  onSubmit: () => void
  /** The fields, in one row where there is room. */
  children: React.ReactNode
  /** Below the fields: what few need. */
  more?: React.ReactNode
  /** Below all: a secret that is shown once. */
  after?: React.ReactNode
}

/** The form that adds one. */
export function AddForm({ word, busy, error, onSubmit, children, more, after }: FormProps) {
  const send = (event: React.FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form className="form" onSubmit={send}>
      <div className="form-row">
        {children}
        <Button kind="primary" type="submit" busy={busy}>
          {word}
        </Button>
      </div>
      {more}
      <Failure error={error} />
      {after}
    </form>
  )
}
