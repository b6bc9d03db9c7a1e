import { useState } from 'react'
import { Link } from 'wouter'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Field } from '../../design/field.tsx'
import { to } from '../../design/links.ts'
import { Time } from '../../design/time.tsx'
import { Part } from './part.tsx'
import { Remove } from './remove.tsx'
import { Rows } from './rows.tsx'

/** Times in which planned work raises no incident. */
export default function Maintenance() {
  const remove = useChange('maintenanceDelete', ['maintenances'])
  return (
    <Part
      title="Maintenance windows"
      about="Machines that the query finds raise no incident in this time. They are still watched, and shown."
      name="maintenances"
    >
      {({ items }) => (
        <>
          <NewWindow />
          <Rows
            label="Maintenance windows"
            heads={['Title', 'Machines', 'From', 'Until', 'By', '']}
            items={items}
            keyOf={(m) => m.id}
            empty="None planned."
            cells={(m) => [
              m.title,
              <Link key="q" href={to.machines(m.q)}>
                <code>{m.q || 'every machine'}</code>
              </Link>,
              <Time key="f" at={m.from} />,
              <Time key="u" at={m.until} />,
              m.createdBy,
              <Remove
                key="r"
                word="Remove"
                what={m.title}
                effect="Its machines raise incidents again."
                busy={remove.isPending}
                onConfirm={() => remove.mutate({ path: { id: m.id } })}
              />,
            ]}
          />
        </>
      )}
    </Part>
  )
}

function NewWindow() {
  const [given, setGiven] = useState({ title: '', q: '', from: '', until: '' })
  const add = useChange('maintenanceAdd', ['maintenances'])
  const set = (key: keyof typeof given) => (event: React.ChangeEvent<HTMLInputElement>) =>
    setGiven({ ...given, [key]: event.target.value })
  const send = (event: React.FormEvent) => {
    event.preventDefault()
    const body = { title: given.title, q: given.q, from: Date.parse(given.from), until: Date.parse(given.until) }
    add.mutate({ body }, { onSuccess: () => setGiven({ title: '', q: '', from: '', until: '' }) })
  }
  return (
    <form className="form" onSubmit={send}>
      <div className="form-row">
        <Field label="Title">
          {(ids) => <input {...ids} className="input" required value={given.title} onChange={set('title')} />}
        </Field>
        <Field label="Machines, as a query" hint="Empty: every machine">
          {(ids) => (
            <input {...ids} className="input mono" placeholder="practice:A81001" value={given.q} onChange={set('q')} />
          )}
        </Field>
      </div>
      <div className="form-row">
        <Field label="From (your time)">
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="datetime-local"
              required
              value={given.from}
              onChange={set('from')}
            />
          )}
        </Field>
        <Field label="Until">
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="datetime-local"
              required
              value={given.until}
              onChange={set('until')}
            />
          )}
        </Field>
        <Button kind="primary" type="submit" busy={add.isPending}>
          Plan
        </Button>
      </div>
      {add.error && (
        <p className="field-error" role="alert">
          {add.error.message}
        </p>
      )}
    </form>
  )
}
