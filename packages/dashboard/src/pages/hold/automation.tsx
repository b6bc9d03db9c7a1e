import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Failure, TextField } from '../../design/inputs.tsx'
import { Mark } from '../../design/mark.tsx'
import { Panel } from '../../design/panel.tsx'

/** Tells the organisation's own automation, by its signed webhooks, to hold a version or to let it go on. */
export function Automation({ component }: { component: string }) {
  const [reason, setReason] = useState('')
  const tell = useChange('hold')
  const send = (action: 'hold' | 'release') => tell.mutate({ body: { component, action, reason } })
  return (
    <Panel title="Your own automation">
      <p className="quiet">
        This version, with the word hold or release, is sent to every webhook channel that has a signing secret. What
        your automation does then is up to you.
      </p>
      <div className="form">
        <TextField label="Why" maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} />
        <p className="cluster">
          <Button kind="primary" busy={tell.isPending} onClick={() => send('hold')}>
            Tell it to hold
          </Button>
          <Button busy={tell.isPending} onClick={() => send('release')}>
            Tell it to go on
          </Button>
        </p>
        <Failure error={tell.error} />
      </div>
      {tell.data && (
        <ul className="plain-list" aria-live="polite">
          {tell.data.items.map(({ channel, error }) => (
            <li key={channel}>
              <Mark
                look={
                  error === null
                    ? { shape: 'tick', tone: 'ok', word: 'Told' }
                    : { shape: 'cross', tone: 'crash', word: error }
                }
              />{' '}
              {channel}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
