import { useEffect, useState } from 'react'
import { inWords, useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Failure, TextField } from '../../design/inputs.tsx'
import { Loading, Notice } from '../../design/notice.tsx'
import { usePageTitle } from '../../design/title.ts'
import './sign-in.css'

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
        <Notice title={take.data ? 'It is yours' : `It is ${incident.status} already`} shape="tick" tone="ok">
          Nobody is called further. <a href={`/incidents/${incident.id}`}>Open it</a> to see what to do.
        </Notice>
      )}
    </main>
  )
}
