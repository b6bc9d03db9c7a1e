import type { Answer } from '@pumphandle/shared/client'
import { useState } from 'react'
import { Button } from '../../design/button.tsx'
import { Field } from '../../design/field.tsx'
import { passkeyOf } from './passkey.ts'

type Step = NonNullable<Answer<'signIn'>['step']>

/** What was given: one of them. */
export interface Given {
  readonly code?: string
  readonly passkey?: unknown
}

interface Props {
  step: Step
  busy: boolean
  error: string | undefined
  onGiven: (given: Given) => void
}

/** What proves a person beside the password: a passkey, an app's code, or one of the codes on paper. */
export function SecondStep({ step, busy, error, onGiven }: Props) {
  const [code, setCode] = useState('')
  const [failed, setFailed] = useState<string>()
  const { passkey } = step
  const usePasskey = () => {
    passkeyOf(passkey).then(
      (response) => onGiven({ passkey: response }),
      () => setFailed('The browser has not used the passkey. Try again, or type a code.'),
    )
  }
  const send = (event: React.FormEvent) => {
    event.preventDefault()
    onGiven({ code })
  }
  return (
    <form className="form" onSubmit={send}>
      <h1>One more step</h1>
      {passkey !== null && (
        <Button kind="primary" busy={busy} onClick={usePasskey}>
          Use a passkey
        </Button>
      )}
      <Field
        label={step.app ? 'Code of your authenticator app' : 'Recovery code'}
        hint={step.app ? 'Six digits. A recovery code does it too.' : 'One of those on your paper; each works once.'}
        error={error ?? failed}
      >
        {(ids) => (
          <input
            {...ids}
            className="input"
            autoComplete="one-time-code"
            inputMode={step.app ? 'numeric' : 'text'}
            autoCapitalize="off"
            required
            maxLength={40}
            value={code}
            onChange={(e) => setCode(e.target.value)}
          />
        )}
      </Field>
      <Button kind={passkey === null ? 'primary' : 'plain'} type="submit" busy={busy}>
        Sign in
      </Button>
      <p className="quiet small">Lost both? An admin can take your second factors off.</p>
    </form>
  )
}
