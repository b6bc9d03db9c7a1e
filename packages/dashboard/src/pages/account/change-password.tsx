import { PASSWORD_LEAST } from '@pumphandle/shared/words'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Failure, TextField } from '../../design/inputs.tsx'
import { Notice } from '../../design/notice.tsx'
import { Panel } from '../../design/panel.tsx'

/** A new password, by the one that holds. */
export function ChangePassword() {
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const change = useChange('passwordChange')
  const send = (event: React.FormEvent) => {
    event.preventDefault()
    change.mutate(
      { body: { current, password } },
      {
        onSuccess: () => {
          setCurrent('')
          setPassword('')
        },
      },
    )
  }
  return (
    <Panel title="Password">
      <form className="form" onSubmit={send}>
        <div className="form-row">
          <TextField
            label="Current password"
            type="password"
            autoComplete="current-password"
            required
            value={current}
            onChange={(e) => setCurrent(e.target.value)}
          />
          <TextField
            label="New password"
            hint={`At least ${PASSWORD_LEAST} characters. A few words are easier to remember than symbols.`}
            type="password"
            autoComplete="new-password"
            required
            minLength={PASSWORD_LEAST}
            value={password}
            onChange={(e) => setPassword(e.target.value)}
          />
          <Button kind="primary" type="submit" busy={change.isPending}>
            Change
          </Button>
        </div>
        <Failure error={change.error} />
        {change.isSuccess && (
          <Notice title="Changed" shape="tick" tone="ok">
            You are signed out everywhere else.
          </Notice>
        )}
      </form>
    </Panel>
  )
}
