import type { Answer } from '@pumphandle/shared/client'
import { useCallback, useEffect, useState } from 'react'
import { useChange } from '../../api/use.ts'
import { AwaitedPage } from '../../design/awaited.tsx'
import { Button } from '../../design/button.tsx'
import { Failure, TextField } from '../../design/inputs.tsx'
import { Notice } from '../../design/notice.tsx'
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
  const ask = useCallback(() => mutate({ body: { token } }), [mutate, token])
  useEffect(() => ask(), [ask])
  const incident = take.data ?? look.data
  if (!incident)
    return (
      <AwaitedPage of={{ error: look.error, refetch: ask }} lines={4} className="sign-in">
        <a href="/">Sign in</a>
      </AwaitedPage>
    )
  const open = <a href={`/incidents/${incident.id}`}>Open it</a>
  return (
    <main className="sign-in sign-in-wide">
      <div className="form">
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
            <TextField
              label="Your name"
              hint="Everybody sees who has it, and nobody is called further."
              autoComplete="name"
              required
              maxLength={100}
              value={name}
              onChange={(e) => setName(e.target.value)}
            />
            <Button kind="primary" type="submit" busy={take.isPending}>
              I have it
            </Button>
            <Failure error={take.error} />
            <p className="quiet small">{open} to look first: it stays unanswered until somebody has it.</p>
          </form>
        ) : (
          <Notice title={whoHasIt(incident)} shape="tick" tone="ok">
            {incident.at !== null && !incident.yours && (
              <>
                Since <Time at={incident.at} />.{' '}
              </>
            )}
            Nobody is called further. {open} to see what to do.
          </Notice>
        )}
      </div>
    </main>
  )
}
