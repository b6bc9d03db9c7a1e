import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Failure, TextField } from '../../design/inputs.tsx'
import { QrCode } from '../../design/qr-code.tsx'
import { Codes } from './codes.tsx'
import { Proof } from './proof.tsx'
import './account.css'

/** An authenticator app: scan, then type what it shows. */
export function AddApp() {
  const [code, setCode] = useState('')
  const begin = useChange('totpBegin')
  const confirm = useChange('totpConfirm', ['account'])
  const close = () => {
    begin.reset()
    setCode('')
  }
  if (!begin.data)
    return (
      <>
        <Button busy={begin.isPending} onClick={() => begin.mutate({ body: {} })}>
          Add an authenticator app
        </Button>
        <Failure error={begin.error} />
        <Codes codes={confirm.data?.recoveryCodes ?? []} />
      </>
    )
  return (
    <div className="stack add-app">
      <p>Scan this with the app (or type the secret), then type the six digits that it shows.</p>
      <QrCode text={begin.data.uri} label="Secret for the authenticator app" />
      <p>
        <code>{begin.data.secret}</code>
      </p>
      <Proof
        word="Add"
        busy={confirm.isPending}
        error={confirm.error}
        onCancel={close}
        onProof={(password) => confirm.mutate({ body: { password, code } }, { onSuccess: close })}
      >
        <TextField
          label="Code"
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="\d{6}"
          required
          value={code}
          onChange={(e) => setCode(e.target.value)}
        />
      </Proof>
    </div>
  )
}
