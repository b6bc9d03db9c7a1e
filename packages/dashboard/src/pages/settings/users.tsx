import type { Role } from '@pumphandle/shared/api'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { useMe } from '../../app/session.tsx'
import { Button } from '../../design/button.tsx'
import { Field } from '../../design/field.tsx'
import { Mark } from '../../design/mark.tsx'
import { Time } from '../../design/time.tsx'
import { Part } from './part.tsx'
import { Rows } from './rows.tsx'
import { Secret } from './secret.tsx'

const ROLES: Record<Role, string> = {
  viewer: 'Viewer: reads',
  technician: 'Technician: also marks machines, notes, acknowledges',
  admin: 'Admin: also settings and people',
}

/** Who may sign in, and as what. */
export default function Users() {
  const me = useMe()
  const change = useChange('userChange', ['users'])
  return (
    <Part
      title="Users"
      about="People sign in with a password of their own. An invitation is a link that works once."
      name="users"
    >
      {({ items }) => (
        <>
          <Invite />
          <Rows
            label="Users"
            heads={['Name', 'Email', 'Role', 'State', 'Last seen', '']}
            items={items}
            keyOf={(u) => u.id}
            empty="Nobody."
            cells={(u) => [
              u.name || <span className="quiet">not yet here</span>,
              u.email,
              <select
                key="r"
                className="input"
                aria-label={`Role of ${u.email}`}
                value={u.role}
                disabled={u.id === me.id}
                onChange={(e) => change.mutate({ path: { id: u.id }, body: { role: e.target.value as Role } })}
              >
                {Object.keys(ROLES).map((role) => (
                  <option key={role}>{role}</option>
                ))}
              </select>,
              <Mark
                key="m"
                look={
                  u.disabled
                    ? { shape: 'cross', tone: 'off', word: 'Disabled' }
                    : u.invited
                      ? { shape: 'hollow', tone: 'off', word: 'Invited' }
                      : { shape: 'tick', tone: 'ok', word: 'Active' }
                }
              />,
              u.lastSeen === null ? <span className="quiet">never</span> : <Time key="t" at={u.lastSeen} />,
              u.id !== me.id && (
                <Button
                  kind="bare"
                  key="d"
                  busy={change.isPending}
                  onClick={() => change.mutate({ path: { id: u.id }, body: { disabled: !u.disabled } })}
                >
                  {u.disabled ? 'Enable' : 'Disable'}
                  <span className="visually-hidden"> {u.email}</span>
                </Button>
              ),
            ]}
          />
          {change.error && (
            <p className="field-error" role="alert">
              {change.error.message}
            </p>
          )}
        </>
      )}
    </Part>
  )
}

function Invite() {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('technician')
  const invite = useChange('invite', ['users'])
  const send = (event: React.FormEvent) => {
    event.preventDefault()
    invite.mutate({ body: { email, role } }, { onSuccess: () => setEmail('') })
  }
  return (
    <form className="form" onSubmit={send}>
      <div className="form-row">
        <Field label="Email">
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="email"
              required
              value={email}
              onChange={(e) => setEmail(e.target.value)}
            />
          )}
        </Field>
        <Field label="Role">
          {(ids) => (
            <select {...ids} className="input" value={role} onChange={(e) => setRole(e.target.value as Role)}>
              {Object.entries(ROLES).map(([name, words]) => (
                <option key={name} value={name}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Button kind="primary" type="submit" busy={invite.isPending}>
          Invite
        </Button>
      </div>
      {invite.error && (
        <p className="field-error" role="alert">
          {invite.error.message}
        </p>
      )}
      {invite.data && (
        <Secret
          title="Send this link to them. It works once:"
          value={new URL(invite.data.link, location.origin).href}
        />
      )}
    </form>
  )
}
