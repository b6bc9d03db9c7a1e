import { useQueryClient } from '@tanstack/react-query'
import { useAnswer, useChange } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { Button } from '../../design/button.tsx'
import { Logo } from '../../design/logo.tsx'
import { usePageTitle } from '../../design/title.ts'
import { AddApp } from './add-app.tsx'
import { AddPasskey } from './add-passkey.tsx'
import '../sign-in/sign-in.css'

/** A second factor is demanded of who has none: this page, and nothing else, until there is one. */
export default function Enrol() {
  usePageTitle('Set up a second factor')
  const queries = useQueryClient()
  const answer = useAnswer('account')
  const { data } = answer
  const signOut = useChange('signOut', ['me'])
  const isDone = data !== undefined && data.factors.length > 0
  return (
    <main className="sign-in sign-in-wide">
      <div className="form">
        <h1>
          <Logo /> {isDone ? 'Second factor set up' : 'Set up a second factor'}
        </h1>
        {!isDone && (
          <p>
            Your admin asks for one as well as the password, so that a stolen password alone opens nothing. Pumphandle
            opens when it is set up.
          </p>
        )}
        {!data && <Awaited of={answer} lines={4} />}
        {data && (
          <>
            {data.passkeys && <AddPasskey />}
            <AddApp />
            {!data.passkeys && !isDone && (
              <p className="quiet small">
                An app such as Microsoft Authenticator, Google Authenticator or the password manager that you have.
              </p>
            )}
          </>
        )}
        {isDone ? (
          <Button kind="primary" onClick={() => void queries.invalidateQueries({ queryKey: ['me'] })}>
            Go on
          </Button>
        ) : (
          <Button kind="bare" busy={signOut.isPending} onClick={() => signOut.mutate({})}>
            Sign out
          </Button>
        )}
      </div>
    </main>
  )
}
