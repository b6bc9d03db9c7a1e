import type { TokenRow } from '@pumphandle/shared/api'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { NumberField, SelectField, TextField } from '../../design/inputs.tsx'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { AddForm, ListPart } from './list-part.tsx'
import { Secret } from './secret.tsx'

const SCOPES: Record<TokenRow['scope'], string> = { read: 'Read', write: 'Read and mark', admin: 'Everything' }
const DAYS = { first: 90, most: 366 }

const COLUMNS: readonly Column<TokenRow>[] = [
  { head: 'Name', cell: (t) => t.name },
  { head: 'May', cell: (t) => SCOPES[t.scope] },
  { head: 'Made by', cell: (t) => t.createdBy },
  { head: 'Expires', nowrap: true, cell: (t) => <Time at={t.expiresAt} /> },
  {
    head: 'Last used',
    nowrap: true,
    cell: (t) => (t.lastUsedAt === null ? <span className="quiet">never</span> : <Time at={t.lastUsedAt} />),
  },
]

/** Keys for scripts, the command line and other programs. */
export default function Tokens() {
  return (
    <ListPart
      title="API tokens"
      about={
        <>
          For scripts and the command line, each with a scope and an end. What the API offers is in its{' '}
          <a href="/api/v1/docs">description</a>.
        </>
      }
      name="tokens"
      form={<NewToken />}
      columns={COLUMNS}
      empty="No token yet."
      removal={{
        by: 'tokenDelete',
        word: 'Revoke',
        effect: 'Whatever uses it is refused from now on.',
        nameOf: (t) => t.name,
      }}
    />
  )
}

function NewToken() {
  const [name, setName] = useState('')
  const [scope, setScope] = useState<TokenRow['scope']>('read')
  const [days, setDays] = useState(DAYS.first)
  const add = useChange('tokenAdd', ['tokens'])
  return (
    <AddForm
      word="Make a token"
      busy={add.isPending}
      error={add.error}
      onSubmit={() => add.mutate({ body: { name, scope, days } }, { onSuccess: () => setName('') })}
      after={add.data && <Secret title="Shown once:" value={add.data.secret} />}
    >
      <TextField label="Name" required value={name} onChange={(e) => setName(e.target.value)} />
      <SelectField label="May" value={scope} options={SCOPES} onChange={setScope} />
      <NumberField label="Days valid" min={1} max={DAYS.most} value={days} onChange={setDays} />
    </AddForm>
  )
}
