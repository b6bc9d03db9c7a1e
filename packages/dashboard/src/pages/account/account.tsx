import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { Panel } from '../../design/panel.tsx'
import { usePageTitle } from '../../design/title.ts'
import { useMe } from '../../session/me.ts'
import { AddApp } from './add-app.tsx'
import { AddPasskey } from './add-passkey.tsx'
import { ChangePassword } from './change-password.tsx'
import { Factors } from './factors.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import { Sessions } from './sessions.tsx'

/** One's own account: the password, and what proves a person beside it. */
export default function AccountPage() {
  usePageTitle('Your account')
  const me = useMe()
  const answer = useAnswer('account')
  const { data } = answer
  return (
    <div className="stack">
      <h1>Your account</h1>
      <p>
        {me.name} · {me.email} · {me.role}
        {me.places &&
          ` of ${[...me.places.practices, ...me.places.networks, ...me.places.regions, ...me.places.tags].join(', ')}`}
      </p>
      {!data && <Awaited of={answer} lines={8} height={400} />}
      {data && !data.hasPassword && (
        <Panel title="How you sign in">
          <p>With your organisation’s account. Its password and second factor are kept there.</p>
        </Panel>
      )}
      {data?.hasPassword && (
        <>
          <ChangePassword />
          <Panel title="Second factor">
            <div className="stack">
              <p className="quiet">Asked for as well as the password, so that a stolen password alone opens nothing.</p>
              <Factors items={data.factors} />
              <div className="cluster">
                {data.passkeys ? (
                  <AddPasskey />
                ) : (
                  <p className="quiet">
                    A passkey needs an https address with a name, and this one has none. An authenticator app works
                    here.
                  </p>
                )}
                <AddApp />
              </div>
            </div>
          </Panel>
          {data.factors.length > 0 && <RecoveryCodes left={data.recoveryCodes} />}
        </>
      )}
      {data && <Sessions hasPassword={data.hasPassword} />}
    </div>
  )
}
