import type { TokenRow } from '@pumphandle/shared/api'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Field } from '../../design/field.tsx'
import { Time } from '../../design/time.tsx'
import { Part } from './part.tsx'
import { Remove } from './remove.tsx'
import { Rows } from './rows.tsx'
import { Secret } from './secret.tsx'

const SCOPES: Record<TokenRow['scope'], string> = { read: 'Read', write: 'Read and mark', admin: 'Everything' }
const DAYS = 90

/** Keys for scripts, the command line and other programs. */
export default function Tokens() {
  const remove = useChange('tokenDelete', ['tokens'])
  return (
    <Part
      title="API tokens"
      about={
        <>
          For scripts and the command line, each with a scope and an end. What the API offers is in its{' '}
          <a href="/api/v1/docs">description</a>.
        </>
      }
      name="tokens"
    >
      {({ items }) => (
        <>
          <NewToken />
          <Rows
            label="API tokens"
            heads={['Name', 'May', 'Made by', 'Expires', 'Last used', '']}
            items={items}
            keyOf={(t) => t.id}
            empty="No token."
            cells={(t) => [
              t.name,
              SCOPES[t.scope],
              t.createdBy,
              <Time key="e" at={t.expiresAt} />,
              t.lastUsedAt === null ? <span className="quiet">never</span> : <Time key="l" at={t.lastUsedAt} />,
              <Remove
                key="r"
                word="Revoke"
                what={t.name}
                effect="Whatever uses it is refused from now on."
                busy={remove.isPending}
                onConfirm={() => remove.mutate({ path: { id: t.id } })}
              />,
            ]}
          />
        </>
      )}
    </Part>
  )
}

function NewToken() {
  const [name, setName] = useState('')
  const [scope, setScope] = useState<TokenRow['scope']>('read')
  const [days, setDays] = useState(DAYS)
  const add = useChange('tokenAdd', ['tokens'])
  const send = (event: React.FormEvent) => {
    event.preventDefault()
    add.mutate({ body: { name, scope, days } }, { onSuccess: () => setName('') })
  }
  return (
    <form className="form" onSubmit={send}>
      <div className="form-row">
        <Field label="Name">
          {(ids) => (
            <input {...ids} className="input" required value={name} onChange={(e) => setName(e.target.value)} />
          )}
        </Field>
        <Field label="May">
          {(ids) => (
            <select
              {...ids}
              className="input"
              value={scope}
              onChange={(e) => setScope(e.target.value as TokenRow['scope'])}
            >
              {Object.entries(SCOPES).map(([key, words]) => (
                <option key={key} value={key}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Days valid">
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="number"
              min={1}
              max={366}
              value={days}
              onChange={(e) => setDays(e.target.valueAsNumber)}
            />
          )}
        </Field>
        <Button kind="primary" type="submit" busy={add.isPending}>
          Make a token
        </Button>
      </div>
      {add.error && (
        <p className="field-error" role="alert">
          {add.error.message}
        </p>
      )}
      {add.data && <Secret title="Shown once:" value={add.data.secret} />}
    </form>
  )
}
