import type { Answer } from '@pumphandle/shared/client'
import { useEffect, useState } from 'react'
import { inWords, useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Failure, TextField } from '../../design/inputs.tsx'
import { Loading, Notice } from '../../design/notice.tsx'
import { Time } from '../../design/time.tsx'
import { usePageTitle } from '../../design/title.ts'
import './sign-in.css'

/** Of two who press at the same moment one has it, and the other reads who. */
function whoHasIt({ yours, by, status }: Answer<'acknowledgeByLink'>): string {
  if (yours) return 'It is yours'
  const who = by?.replace(/ \(by link\)$/, '')
  return status === 'acknowledged' && who !== undefined ? `${who} has it already` : `It is ${status} already`
}

/** Opened from a message, without an account: one incident, one button. A link that is only looked at takes nothing. */
export default function AcknowledgePage() {
  usePageTitle('Acknowledge')
  const [token] = useState(() => location.hash.slice(1))
  const [name, setName] = useState('')
  const look = useChange('acknowledgeByLink')
  const take = useChange('acknowledgeByLink')
  const { mutate } = look
  useEffect(() => mutate({ body: { token } }), [mutate, token])
  const incident = take.data ?? look.data
  if (look.error)
    return (
      <main className="page sign-in">
        <h1>Acknowledge</h1>
        <Notice title={inWords(look.error).title} shape="bang" tone="warn">
          {inWords(look.error).detail} <a href="/">Sign in</a>
        </Notice>
      </main>
    )
  if (!incident)
    return (
      <main className="page sign-in">
        <h1>Acknowledge</h1>
        <Loading lines={4} />
      </main>
    )
  return (
    <main className="page sign-in">
      <h1>{incident.title}</h1>
      <p>{incident.sentence}</p>
      {incident.status === 'open' ? (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault()
            take.mutate({ body: { token, name } })
          }}
        >
          <TextField label="Your name" required value={name} onChange={(e) => setName(e.target.value)} />
          <p>
            <Button kind="primary" type="submit" busy={take.isPending}>
              I have it
            </Button>
          </p>
          <Failure error={take.error} />
        </form>
      ) : (
        <Notice title={whoHasIt(incident)} shape="tick" tone="ok">
          {incident.at !== null && !incident.yours && (
            <>
              Since <Time at={incident.at} />.{' '}
            </>
          )}
          Nobody is called further. <a href={`/incidents/${incident.id}`}>Open it</a> to see what to do.
        </Notice>
      )}
    </main>
  )
}
