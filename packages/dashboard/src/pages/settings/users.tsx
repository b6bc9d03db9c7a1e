import type { Role } from '@pumphandle/shared/api'
import type { Answer } from '@pumphandle/shared/client'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Failure, SelectField, TextField } from '../../design/inputs.tsx'
import { Mark } from '../../design/mark.tsx'
import { Remove } from '../../design/remove.tsx'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import type { Look } from '../../design/words.ts'
import { useMe } from '../../session/me.ts'
import { AddForm, ListPart } from './list-part.tsx'
import { placesText, readPlaces } from './places.ts'
import { PlacesCell } from './places-cell.tsx'
import { PlacesField } from './places-field.tsx'
import { DemandedFactor } from './second-factor.tsx'
import { Secret } from './secret.tsx'

type User = Answer<'users'>['items'][number]

const ROLES: Record<Role, string> = { viewer: 'Viewer', technician: 'Technician', admin: 'Admin' }
const MAY: Record<Role, string> = {
  viewer: 'Reads everything but the settings.',
  technician: 'Also marks machines, writes notes, acknowledges.',
  admin: 'Also settings and people.',
}

const stateOf = (u: User): Look => {
  if (u.disabled) return { shape: 'cross', tone: 'off', word: 'Disabled' }
  if (u.invited) return { shape: 'hollow', tone: 'off', word: 'Invited' }
  return { shape: 'tick', tone: 'ok', word: 'Active' }
}

/** Who may sign in, and as what. */
export default function Users() {
  const me = useMe()
  const change = useChange('userChange', ['users'])
  const reset = useChange('userFactorsReset', ['users'])
  const signOut = useChange('userSignOut', ['users'])
  const columns: Column<User>[] = [
    { head: 'Name', cell: (u) => (u.invited ? <span className="quiet">not yet here</span> : u.name) },
    { head: 'Email', full: true, cell: (u) => u.email },
    {
      head: 'Role',
      cell: (u) => (
        <select
          className="input users-role"
          aria-label={`Role of ${u.email}`}
          value={u.role}
          disabled={u.id === me.id || u.organisation}
          onChange={(e) => change.mutate({ path: { id: u.id }, body: { role: e.target.value as Role } })}
        >
          {Object.entries(ROLES).map(([role, word]) => (
            <option key={role} value={role}>
              {word}
            </option>
          ))}
        </select>
      ),
    },
    {
      head: 'Places',
      cell: (u) => (
        <PlacesCell
          of={u.email}
          places={u.places}
          isFixed={u.id === me.id || u.organisation}
          isBusy={change.isPending}
          onChange={(places) => change.mutate({ path: { id: u.id }, body: { places } })}
        />
      ),
    },
    {
      head: 'Signs in with',
      cell: (u) =>
        u.organisation ? 'organisation' : u.factors > 0 ? `password and ${u.factors} more` : 'password alone',
    },
    { head: 'State', nowrap: true, cell: (u) => <Mark look={stateOf(u)} /> },
    {
      head: 'Last seen',
      nowrap: true,
      cell: (u) => (u.lastSeen === null ? <span className="quiet">never</span> : <Time at={u.lastSeen} />),
    },
  ]
  return (
    <>
      <ListPart
        title="Users"
        about="People sign in with a password of their own. An invitation is a link that works once."
        name="users"
        form={<Invite />}
        columns={columns}
        empty="Nobody."
        actions={(u) =>
          u.id !== me.id && (
            <>
              {u.factors > 0 && (
                <Remove
                  word="Reset second factor"
                  what={u.email}
                  effect="They sign in with their password alone, until they add one. Ask them by voice that it is they who want it."
                  busy={reset.isPending}
                  onConfirm={() => reset.mutate({ path: { id: u.id }, body: {} })}
                />
              )}
              {!u.disabled && !u.invited && (
                <Remove
                  word="Sign out"
                  what={u.email}
                  effect="They are signed out everywhere, and may sign in again."
                  busy={signOut.isPending}
                  onConfirm={() => signOut.mutate({ path: { id: u.id }, body: {} })}
                />
              )}
              <Button
                kind="bare"
                busy={change.isPending}
                onClick={() => change.mutate({ path: { id: u.id }, body: { disabled: !u.disabled } })}
              >
                {u.disabled ? 'Enable' : 'Disable'}
                <span className="visually-hidden"> {u.email}</span>
              </Button>
            </>
          )
        }
      />
      <Failure error={change.error ?? reset.error ?? signOut.error} />
      {me.places === null && <DemandedFactor />}
    </>
  )
}

function Invite() {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('technician')
  const mine = useMe().places
  const [places, setPlaces] = useState(placesText(mine))
  const invite = useChange('invite', ['users'])
  return (
    <AddForm
      word="Invite"
      busy={invite.isPending}
      error={invite.error}
      onSubmit={() =>
        invite.mutate({ body: { email, role, places: readPlaces(places) } }, { onSuccess: () => setEmail('') })
      }
      after={
        invite.data && (
          <Secret
            title="Send this link to them. It works once:"
            value={new URL(invite.data.link, location.origin).href}
          />
        )
      }
    >
      <TextField label="Email" type="email" required value={email} onChange={(e) => setEmail(e.target.value)} />
      <SelectField label="Role" hint={MAY[role]} value={role} options={ROLES} onChange={setRole} />
      <PlacesField required={mine !== null} value={places} onChange={setPlaces} />
    </AddForm>
  )
}
