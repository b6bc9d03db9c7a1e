import type { Answer } from '@pumphandle/shared/client'
import { useState } from 'react'
import { useAnswer, useChange } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { Button } from '../../design/button.tsx'
import { Failure } from '../../design/inputs.tsx'
import { Panel } from '../../design/panel.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { Proof } from './proof.tsx'

type Session = Answer<'sessions'>['items'][number]

const COLUMNS: readonly Column<Session>[] = [
  { head: 'Browser', cell: (s) => (s.isThis ? `${s.browser}, this one` : s.browser) },
  { head: 'From', nowrap: true, cell: (s) => s.address || <span className="quiet">unknown</span> },
  { head: 'Signed in', nowrap: true, cell: (s) => <Time at={s.startedAt} /> },
  { head: 'Last used', nowrap: true, cell: (s) => <Time at={s.lastSeen} /> },
]

/** Where one is signed in, and a way to be it no more. */
export function Sessions({ hasPassword }: { hasPassword: boolean }) {
  const answer = useAnswer('sessions')
  const end = useChange('sessionEnd', ['sessions'])
  const [ending, setEnding] = useState<string>()
  const items = answer.data?.items ?? []
  const finish = (id: string, password?: string) =>
    end.mutate(
      { path: { id }, body: password === undefined ? {} : { password } },
      { onSuccess: () => setEnding(undefined) },
    )
  const ask = (id: string) => (hasPassword ? setEnding(id) : finish(id))
  return (
    <Panel title="Where you are signed in">
      {!answer.data && <Awaited of={answer} />}
      <Table
        label="Sessions"
        columns={[
          ...COLUMNS,
          {
            head: 'What you can do',
            hideHead: true,
            cell: (s) =>
              !s.isThis && (
                <Button kind="bare" onClick={() => ask(s.id)}>
                  Sign out<span className="visually-hidden"> {s.browser}</span>
                </Button>
              ),
          },
        ]}
        items={items}
        keyOf={(s) => s.id}
      />
      {items.length > 1 && ending === undefined && (
        <p>
          <Button busy={end.isPending} onClick={() => ask('others')}>
            Sign out everywhere else
          </Button>
        </p>
      )}
      {ending !== undefined && (
        <Proof
          word={ending === 'others' ? 'Sign out everywhere else' : 'Sign out there'}
          busy={end.isPending}
          error={end.error}
          onCancel={() => setEnding(undefined)}
          onProof={(password) => finish(ending, password)}
        />
      )}
      {!hasPassword && <Failure error={end.error} />}
    </Panel>
  )
}
