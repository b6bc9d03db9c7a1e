import type { Answer } from '@pumphandle/shared/client'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { Proof } from './proof.tsx'

type Factor = Answer<'account'>['factors'][number]

const COLUMNS: readonly Column<Factor>[] = [
  { head: 'Name', cell: (f) => f.name },
  { head: 'Kind', cell: (f) => (f.kind === 'passkey' ? 'Passkey' : 'Authenticator app') },
  { head: 'Added', nowrap: true, cell: (f) => <Time at={f.createdAt} /> },
  {
    head: 'Last used',
    nowrap: true,
    cell: (f) => (f.lastUsedAt === null ? <span className="quiet">never</span> : <Time at={f.lastUsedAt} />),
  },
]

/** Those that there are, each with a way to be rid of it. */
export function Factors({ items }: { items: readonly Factor[] }) {
  const [going, setGoing] = useState<Factor>()
  const remove = useChange('factorRemove', ['account'])
  if (items.length === 0) return <p>None yet: whoever knows your password is you.</p>
  return (
    <>
      <Table
        label="Second factors"
        columns={[
          ...COLUMNS,
          {
            head: 'What you can do',
            hideHead: true,
            cell: (f) => (
              <Button kind="bare" onClick={() => setGoing(f)}>
                Remove<span className="visually-hidden"> {f.name}</span>
              </Button>
            ),
          },
        ]}
        items={items}
        keyOf={(f) => f.id}
      />
      {going && (
        <Proof
          word={`Remove ${going.name}`}
          busy={remove.isPending}
          error={remove.error}
          onCancel={() => setGoing(undefined)}
          onProof={(password) =>
            remove.mutate({ path: { id: going.id }, body: { password } }, { onSuccess: () => setGoing(undefined) })
          }
        />
      )}
    </>
  )
}
