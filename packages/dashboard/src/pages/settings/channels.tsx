import type { ChannelRow } from '@pumphandle/shared/api'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Failure, SelectField, TextField } from '../../design/inputs.tsx'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { AddForm, ListPart } from './list-part.tsx'
import { MinutesField } from './minutes-field.tsx'
import { PLACES_HINT, placesText, readPlaces } from './places.ts'
import { Preview } from './preview.tsx'

const KINDS: Record<ChannelRow['kind'], string> = {
  teams: 'Microsoft Teams',
  email: 'E-mail',
  slack: 'Slack',
  pagerduty: 'PagerDuty',
  opsgenie: 'Opsgenie or alike',
  ntfy: 'ntfy',
  sms: 'SMS gateway',
  syslog: 'Syslog',
  webhook: 'Webhook (JSON)',
}

/** Where an address is not simply https://. */
const ADDRESS: Partial<Record<ChannelRow['kind'], string>> = {
  email: 'it@icb.example, oncall@icb.example',
  pagerduty: 'https://events.pagerduty.com/v2/enqueue',
  opsgenie: 'https://api.eu.opsgenie.com',
  sms: 'https://gateway.example/send?to=+44...&text={text}',
  syslog: 'syslog://host:514',
}
/** What a kind calls its secret; others have it in their address. */
const SECRET: Partial<Record<ChannelRow['kind'], string>> = {
  pagerduty: 'Integration key',
  opsgenie: 'API key',
  sms: 'Token',
  webhook: 'Signing secret',
}

/** Whose address it is, where that can be seen; so that nobody has to say it twice. */
const BY_ADDRESS: readonly (readonly [RegExp, ChannelRow['kind']])[] = [
  [/^[^/:\s]+@[^/:\s]+\.[^/:\s]+$/, 'email'],
  [/^https:\/\/[\w.-]+\.(webhook\.office\.com|logic\.azure\.com|powerplatform\.com)[/:]/, 'teams'],
  [/^https:\/\/hooks\.slack\.com\//, 'slack'],
  [/^https:\/\/events\.(eu\.)?pagerduty\.com\//, 'pagerduty'],
  [/^https:\/\/api\.(eu\.)?opsgenie\.com/, 'opsgenie'],
  [/^https:\/\/ntfy\./, 'ntfy'],
  [/^syslog(\+\w+)?:\/\//, 'syslog'],
]
const kindOf = (address: string) => BY_ADDRESS.find(([pattern]) => pattern.test(address.trim()))?.[1]

/** When a channel is told, in words. */
function whenTold({ afterMinutes, quiet, downMinutes, backMinutes, digest }: ChannelRow): string {
  const begins = downMinutes === 0 ? 'at once' : `of what lasts ${downMinutes} min`
  return [
    afterMinutes === 0 ? begins : `after ${afterMinutes} min if nobody has acknowledged`,
    ...(backMinutes === 0 ? [] : [`of an end that lasts ${backMinutes} min`]),
    ...(quiet === '' ? [] : [`quiet ${quiet}`]),
    ...(digest === '' ? [] : [`what is small at ${digest}`]),
  ].join(', ')
}

const COLUMNS: readonly Column<ChannelRow>[] = [
  { head: 'Name', cell: (c) => c.name },
  { head: 'Kind', cell: (c) => KINDS[c.kind] },
  { head: 'Sends to', cell: (c) => c.target },
  { head: 'Of', cell: (c) => placesText(c.places) || 'the whole fleet' },
  { head: 'Is told', cell: whenTold },
  {
    head: 'Last message',
    cell: (c) => {
      if (c.lastError) return <span className="tone-crash">{c.lastError}</span>
      return c.lastOkAt === null ? <span className="quiet">none yet</span> : <Time at={c.lastOkAt} />
    },
  },
]

/** Where messages about incidents go. */
export default function Channels() {
  const test = useChange('channelTest', ['channels'])
  const [shown, setShown] = useState<ChannelRow>()
  return (
    <>
      <ListPart
        title="Notifications"
        about="One message for one cause and stage: it opens, is ten times larger, changes its suspect, is contained, ends, comes back. Never one per machine."
        name="channels"
        form={<NewChannel />}
        columns={COLUMNS}
        empty="No channel yet: incidents show on this page only."
        actions={(c) => (
          <>
            <Button kind="bare" onClick={() => setShown(c)}>
              Preview<span className="visually-hidden"> {c.name}</span>
            </Button>
            <Button kind="bare" busy={test.isPending} onClick={() => test.mutate({ path: { id: c.id }, body: {} })}>
              Test<span className="visually-hidden"> {c.name}</span>
            </Button>
          </>
        )}
        removal={{
          by: 'channelDelete',
          word: 'Remove',
          effect: 'No more messages go there.',
          nameOf: (c) => c.name,
        }}
      />
      <Failure error={test.error} />
      {shown && <Preview key={shown.id} channel={shown} onClose={() => setShown(undefined)} />}
    </>
  )
}

function NewChannel() {
  const [name, setName] = useState('')
  const [kind, setKind] = useState<ChannelRow['kind']>('teams')
  const [url, setUrl] = useState('')
  const [secret, setSecret] = useState('')
  const [after, setAfter] = useState(0)
  const [quiet, setQuiet] = useState('')
  const [digest, setDigest] = useState('')
  const [down, setDown] = useState(0)
  const [back, setBack] = useState(5)
  const [places, setPlaces] = useState('')
  const add = useChange('channelAdd', ['channels'])
  const test = useChange('channelTest', ['channels'])
  const address = ADDRESS[kind]
  const email = kind === 'email'
  const send = () =>
    add.mutate(
      {
        body: {
          name,
          kind,
          url: email ? `mailto:${url.replaceAll(' ', '')}` : url,
          secret,
          afterMinutes: after,
          quiet,
          digest,
          downMinutes: down,
          backMinutes: back,
          places: readPlaces(places),
        },
      },
      {
        onSuccess: ({ id }) => {
          // what was added is seen to work, or not, there and then
          test.mutate({ path: { id }, body: {} })
          setName('')
          setUrl('')
          setSecret('')
        },
      },
    )
  return (
    <AddForm word="Add" busy={add.isPending} error={add.error} onSubmit={send}>
      <TextField label="Name" required value={name} onChange={(e) => setName(e.target.value)} />
      <SelectField label="Kind" value={kind} options={KINDS} onChange={setKind} />
      <TextField
        label={email ? 'Addresses' : 'Address'}
        hint={email ? undefined : 'An address tells the kind. A test message goes there once it is added.'}
        type={email ? 'email' : 'text'}
        inputMode={email ? 'email' : 'url'}
        multiple={email}
        required
        placeholder={address ?? 'https://'}
        value={url}
        onChange={(e) => {
          setUrl(e.target.value)
          setKind(kindOf(e.target.value) ?? kind)
        }}
      />
      {SECRET[kind] && (
        <TextField
          label={SECRET[kind]}
          required={kind === 'pagerduty' || kind === 'opsgenie'}
          autoComplete="off"
          value={secret}
          onChange={(e) => setSecret(e.target.value)}
        />
      )}
      <MinutesField
        label="Told after (minutes)"
        hint="0: at once. Else only if nobody has acknowledged by then."
        value={after}
        onChange={setAfter}
      />
      <TextField
        label="Quiet hours"
        hint="Only 50 machines or 10 practices break them."
        placeholder="22:00-07:00"
        pattern="\d\d:\d\d-\d\d:\d\d"
        value={quiet}
        onChange={(e) => setQuiet(e.target.value)}
      />
      <TextField
        label="Digest at"
        hint="What is small, once a day in one message."
        placeholder="08:00"
        pattern="\d\d:\d\d"
        value={digest}
        onChange={(e) => setDigest(e.target.value)}
      />
      <MinutesField
        label="Begins after (minutes)"
        hint="What ends sooner is not told."
        value={down}
        onChange={setDown}
      />
      <MinutesField
        label="Over after (minutes)"
        hint="What comes back sooner never ended."
        value={back}
        onChange={setBack}
      />
      <TextField
        label="Places"
        hint={PLACES_HINT}
        placeholder="the whole fleet"
        value={places}
        onChange={(e) => setPlaces(e.target.value)}
      />
    </AddForm>
  )
}
