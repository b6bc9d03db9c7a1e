import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Field } from '../../design/field.tsx'
import { count } from '../../design/format.ts'
import { Mark } from '../../design/mark.tsx'
import { useNow } from '../../design/now.tsx'
import { Time } from '../../design/time.tsx'
import { Part } from './part.tsx'
import { Remove } from './remove.tsx'
import { Rows } from './rows.tsx'
import { Secret } from './secret.tsx'

const DAYS = 30
const MINUTE = 60_000

/** Tokens with which agents enrol: one for a roll-out, or one for a practice. */
export default function Enrolment() {
  const now = useNow(MINUTE)
  const revoke = useChange('enrolmentTokenRevoke', ['enrolmentTokens'])
  return (
    <Part
      title="Enrolment tokens"
      about="An agent shows a token once, when it is installed, and gets a secret of its own for it. Revoking a token stops new machines, not those that are enrolled."
      name="enrolmentTokens"
    >
      {({ items }) => (
        <>
          <NewToken />
          <Rows
            label="Enrolment tokens"
            heads={['Name', 'Site', 'Used', 'Expires', 'State', '']}
            items={items}
            keyOf={(t) => t.id}
            empty="No token yet. Make one to install the first agent."
            cells={(t) => [
              t.name,
              t.site ?? <span className="quiet">given at installation</span>,
              `${count(t.uses)}${t.maxUses === null ? '' : ` of ${count(t.maxUses)}`}`,
              <Time key="e" at={t.expiresAt} />,
              <Mark
                key="m"
                look={
                  t.revoked
                    ? { shape: 'cross', tone: 'off', word: 'Revoked' }
                    : t.expiresAt < now
                      ? { shape: 'hollow', tone: 'off', word: 'Expired' }
                      : { shape: 'tick', tone: 'ok', word: 'Valid' }
                }
              />,
              !t.revoked && t.expiresAt >= now && (
                <Remove
                  key="r"
                  word="Revoke"
                  what={t.name}
                  effect="No further machine can enrol with it. Machines that did stay enrolled."
                  busy={revoke.isPending}
                  onConfirm={() => revoke.mutate({ path: { id: t.id } })}
                />
              ),
            ]}
          />
        </>
      )}
    </Part>
  )
}

function NewToken() {
  const [name, setName] = useState('')
  const [site, setSite] = useState('')
  const [days, setDays] = useState(DAYS)
  const add = useChange('enrolmentTokenAdd', ['enrolmentTokens'])
  const send = (event: React.FormEvent) => {
    event.preventDefault()
    add.mutate({ body: { name, site: site || null, days } }, { onSuccess: () => setName('') })
  }
  return (
    <form className="form" onSubmit={send}>
      <div className="form-row">
        <Field label="Name">
          {(ids) => (
            <input
              {...ids}
              className="input"
              required
              placeholder="Intune, July"
              value={name}
              onChange={(e) => setName(e.target.value)}
            />
          )}
        </Field>
        <Field label="Site code (optional)">
          {(ids) => (
            <input
              {...ids}
              className="input"
              placeholder="A81001"
              value={site}
              onChange={(e) => setSite(e.target.value.toUpperCase())}
            />
          )}
        </Field>
        <Field label="Days valid">
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="number"
              min={1}
              max={366}
              value={days}
              onChange={(e) => setDays(e.target.valueAsNumber)}
            />
          )}
        </Field>
        <Button kind="primary" type="submit" busy={add.isPending}>
          Make a token
        </Button>
      </div>
      {add.error && (
        <p className="field-error" role="alert">
          {add.error.message}
        </p>
      )}
      {add.data && (
        <Secret title="Shown once. Give it to the installer as ENROLMENT_TOKEN:" value={add.data.secret}>
          <span className="quiet small">
            msiexec /i pumphandle-agent.msi /qn COLLECTOR_URL={location.origin} ENROLMENT_TOKEN=… SITE=
            {add.data.site ?? 'A81001'}
          </span>
        </Secret>
      )}
    </form>
  )
}
