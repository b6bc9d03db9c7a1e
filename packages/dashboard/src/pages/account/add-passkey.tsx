import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Failure, TextField } from '../../design/inputs.tsx'
import { newPasskey } from '../sign-in/passkey.ts'
import { Codes } from './codes.tsx'
import { Proof } from './proof.tsx'

/** A passkey: of the computer, the telephone, or a key on the key ring. */
export function AddPasskey() {
  const [response, setResponse] = useState<unknown>()
  const [failed, setFailed] = useState<Error | null>(null)
  const [name, setName] = useState('')
  const begin = useChange('passkeyBegin')
  const add = useChange('passkeyAdd', ['account'])
  const make = () =>
    begin.mutate(
      { body: {} },
      {
        onSuccess: (options) => {
          newPasskey(options).then(setResponse, () =>
            setFailed(new Error('The browser has made no passkey. Try again, or add an app.')),
          )
        },
      },
    )
  const close = () => {
    setResponse(undefined)
    setName('')
  }
  if (response === undefined)
    return (
      <>
        <Button busy={begin.isPending} onClick={make}>
          Add a passkey
        </Button>
        <Failure error={begin.error ?? failed} />
        <Codes codes={add.data?.recoveryCodes ?? []} />
      </>
    )
  return (
    <Proof
      word="Add"
      busy={add.isPending}
      error={add.error}
      onCancel={close}
      onProof={(password) => add.mutate({ body: { password, name, response } }, { onSuccess: close })}
    >
      <TextField
        label="Name of the passkey"
        placeholder="key ring"
        required
        maxLength={60}
        value={name}
        onChange={(e) => setName(e.target.value)}
      />
    </Proof>
  )
}
