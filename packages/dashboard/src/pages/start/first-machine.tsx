import { SECOND } from '@pumphandle/shared/time'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { useAnswer, useChange } from '../../api/use.ts'
import { browserClock } from '../../clock.ts'
import { Awaited } from '../../design/awaited.tsx'
import { Button } from '../../design/button.tsx'
import { Failure, TextField } from '../../design/inputs.tsx'
import { to } from '../../design/links.ts'
import { Notice } from '../../design/notice.tsx'
import { isOnlyHere } from '../../design/only-here.ts'
import { Shape } from '../../design/shape.tsx'
import { Secret } from '../settings/secret.tsx'

/** Long enough to get at a PC, short enough to be forgotten; more machines than a try-out has need a token of their own. */
const DAYS = 7
const MACHINES = 10
/** The one who installs it looks at this page. */
const LOOK_MS = 2 * SECOND

/** A token, the command that installs the agent, and the wait for it. */
export function FirstMachine() {
  const add = useChange('enrolmentTokenAdd', ['enrolmentTokens'])
  const tokens = useAnswer('enrolmentTokens')
  const found = useAnswer('machines', { query: { q: '', sort: 'lastSeen', order: 'desc', limit: 1 } })
  const first = found.data?.items[0]
  const queries = useQueryClient()
  const waiting = found.data !== undefined && first === undefined
  useEffect(() => {
    if (!waiting) return
    return browserClock.every(LOOK_MS, () => {
      void queries.invalidateQueries({ queryKey: ['machines'] })
      void queries.invalidateQueries({ queryKey: ['overview'] })
    })
  }, [queries, waiting])
  const [site, setSite] = useState('')
  const command = (secret: string) =>
    `msiexec /i pumphandle-agent.msi /qn COLLECTOR_URL=${location.origin} ENROLMENT_TOKEN=${secret} SITE=${site.trim() || '<your practice’s code>'}`
  return (
    <div className="stack">
      <p>
        The agent reads only, runs nothing that it is sent and opens no port. Make a token for the first machines, then
        run the command as an administrator on one of them.
      </p>
      {isOnlyHere() && (
        <Notice title="This address is this computer’s alone" shape="question" tone="warn">
          An agent on this computer finds the collector. For all others start it with <code>PUMPHANDLE_HOST</code>,{' '}
          <code>PUMPHANDLE_TLS_CERT</code> and <code>PUMPHANDLE_TLS_KEY</code>, as docs/operations/first-day.md says,
          and open this page by that name.
        </Notice>
      )}
      <TextField
        label="Your practice’s code"
        hint="The site that these machines stand in, such as A81001"
        maxLength={32}
        value={site}
        onChange={(e) => setSite(e.target.value)}
      />
      {add.data ? (
        <Secret title="The command, with its token; it is shown once:" value={command(add.data.secret)} />
      ) : (
        <p className="cluster">
          <Button
            kind="primary"
            busy={add.isPending}
            onClick={() =>
              add.mutate({ body: { name: 'First machines', site: null, anySite: true, days: DAYS, maxUses: MACHINES } })
            }
          >
            Make a token
          </Button>
          {!tokens.data && tokens.error && <Awaited of={tokens} />}
          {tokens.data && tokens.data.items.length > 0 && (
            <span className="quiet">You have made one before. Its secret is not shown again: make another.</span>
          )}
        </p>
      )}
      <Failure error={add.error} />
      <p className="start-wait" aria-live="polite">
        {!found.data ? (
          <Awaited of={found} lines={1} />
        ) : first ? (
          <>
            <Shape name="tick" tone="ok" /> Here it is: <Link href={to.machine(first.id)}>{first.name}</Link>
          </>
        ) : (
          <>
            <Shape name="hollow" tone="off" /> Waiting for the first machine…
          </>
        )}
      </p>
      {!first && (
        <p className="quiet">
          Nothing after a minute? Run <code>pumphandle-agent doctor</code> on the machine: it says what is in the way.
          The MSI is made by <code>npm run build:msi</code>.
        </p>
      )}
    </div>
  )
}
