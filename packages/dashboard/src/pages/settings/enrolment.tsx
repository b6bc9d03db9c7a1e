import type { Answer } from '@pumphandle/shared/client'
import { MINUTE } from '@pumphandle/shared/time'
import { count } from '@pumphandle/shared/words'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { NumberField, TextField } from '../../design/inputs.tsx'
import { Mark } from '../../design/mark.tsx'
import { useNow } from '../../design/now.tsx'
import { Remove } from '../../design/remove.tsx'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import type { Look } from '../../design/words.ts'
import { AddForm, ListPart } from './list-part.tsx'
import { Secret } from './secret.tsx'

type Token = Answer<'enrolmentTokens'>['items'][number]

const DAYS = { first: 14, most: 366 }
const USES = { first: 100, most: 1_000_000 }

const stateOf = (token: Token, now: number): Look => {
  if (token.revoked) return { shape: 'cross', tone: 'off', word: 'Revoked' }
  if (token.expiresAt < now) return { shape: 'hollow', tone: 'off', word: 'Expired' }
  return { shape: 'tick', tone: 'ok', word: 'Valid' }
}

/** Tokens with which agents enrol: one for a roll-out, or one for a practice. */
export default function Enrolment() {
  const now = useNow(MINUTE)
  const columns: Column<Token>[] = [
    { head: 'Name', cell: (t) => (t.forReports ? `${t.name} (for scanned disks)` : t.name) },
    { head: 'Practices', cell: (t) => t.site ?? <span className="quiet">any; said at installation</span> },
    { head: 'Used', cell: (t) => `${count(t.uses)}${t.maxUses === null ? '' : ` of ${count(t.maxUses)}`}` },
    { head: 'Expires', nowrap: true, cell: (t) => <Time at={t.expiresAt} /> },
    { head: 'State', nowrap: true, cell: (t) => <Mark look={stateOf(t, now)} /> },
  ]
  const withMachines = useChange('enrolmentTokenRevokeMachines', ['enrolmentTokens'])
  return (
    <ListPart
      title="Enrolment tokens"
      about="An agent needs a token once, when it is installed; from then on it has a key of its own. A token that is revoked lets no further machine in; the machines that it let in can be revoked with it."
      name="enrolmentTokens"
      form={<NewToken />}
      columns={columns}
      empty="No token yet. Make one to install the first agent."
      actions={(t) =>
        t.uses > 0 && (
          <Remove
            word="Revoke with its machines"
            what={t.name}
            effect="No further machine can enrol with it, and every machine that it let in last is cut off now. Each has to be reinstated and enrolled again to come back."
            busy={withMachines.isPending}
            onConfirm={() => withMachines.mutate({ path: { id: t.id }, body: {} })}
          />
        )
      }
      removal={{
        by: 'enrolmentTokenRevoke',
        word: 'Revoke',
        effect: 'No further machine can enrol with it. Machines that did stay enrolled.',
        nameOf: (t) => t.name,
        unless: (t) => t.revoked || t.expiresAt < now,
      }}
    />
  )
}

function NewToken() {
  const [name, setName] = useState('')
  const [site, setSite] = useState('')
  const [days, setDays] = useState(DAYS.first)
  const [maxUses, setMaxUses] = useState(USES.first)
  const [forReports, setForReports] = useState(false)
  const add = useChange('enrolmentTokenAdd', ['enrolmentTokens'])
  return (
    <AddForm
      word="Make a token"
      busy={add.isPending}
      error={add.error}
      onSubmit={() =>
        add.mutate(
          { body: { name, site: site || null, anySite: site === '', days, maxUses, forReports } },
          { onSuccess: () => setName('') },
        )
      }
      after={
        add.data && (
          <Secret title="Shown once. Give it to the installer as ENROLMENT_TOKEN:" value={add.data.secret}>
            <p className="quiet small">
              msiexec /i pumphandle-agent.msi /qn COLLECTOR_URL={location.origin} ENROLMENT_TOKEN=… SITE=
              {add.data.site ?? 'A81001'}
            </p>
          </Secret>
        )
      }
    >
      <TextField
        label="Name"
        required
        placeholder="Intune, July"
        value={name}
        onChange={(e) => setName(e.target.value)}
      />
      <TextField
        label="Practice codes"
        hint="Empty: any practice. Whoever steals such a token can use it anywhere."
        placeholder="A81001, A81002"
        value={site}
        onChange={(e) => setSite(e.target.value.toUpperCase())}
      />
      <NumberField label="Machines at most" min={1} max={USES.most} value={maxUses} onChange={setMaxUses} />
      <NumberField label="Days valid" min={1} max={DAYS.most} value={days} onChange={setDays} />
      <label>
        <input type="checkbox" checked={forReports} onChange={(e) => setForReports(e.target.checked)} /> Only for disks
        that technicians scan
      </label>
    </AddForm>
  )
}
