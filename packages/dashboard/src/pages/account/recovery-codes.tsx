import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Panel } from '../../design/panel.tsx'
import { Codes } from './codes.tsx'
import { Proof } from './proof.tsx'

/** Codes on paper: how many are left, and new ones. */
export function RecoveryCodes({ left }: { left: number }) {
  const [asking, setAsking] = useState(false)
  const renew = useChange('recoveryCodes', ['account'])
  return (
    <Panel title="Recovery codes">
      <div className="stack">
        <p>
          {left} {left === 1 ? 'code is' : 'codes are'} left. When you make new ones, the old ones stop working.
        </p>
        <Codes codes={renew.data?.recoveryCodes ?? []} />
        {asking ? (
          <Proof
            word="Make new codes"
            busy={renew.isPending}
            error={renew.error}
            onCancel={() => setAsking(false)}
            onProof={(password) => renew.mutate({ body: { password } }, { onSuccess: () => setAsking(false) })}
          />
        ) : (
          <p>
            <Button onClick={() => setAsking(true)}>Make new codes</Button>
          </p>
        )}
      </div>
    </Panel>
  )
}
