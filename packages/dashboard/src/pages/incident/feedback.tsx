import type { IncidentRow } from '@pumphandle/shared/api'
import { useState } from 'react'
import { useAnswer, useChange } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { Button } from '../../design/button.tsx'
import { Field } from '../../design/field.tsx'
import { share } from '../../design/format.ts'
import { Panel } from '../../design/panel.tsx'
import { Time } from '../../design/time.tsx'
import { useMay } from '../../session/may.ts'

const WORDS = { right: 'Yes, that was it', wrong: 'Not its fault' } as const

/** What people say of an incident that is over, and how often incidents were right in this fleet. */
export function Feedback({ incident }: { incident: IncidentRow }) {
  const answer = useAnswer('feedback')
  const { data } = answer
  const may = useMay('technician')
  const give = useChange('feedbackGive', ['feedback', 'incident', 'verdicts', 'sensors'])
  const [reason, setReason] = useState('')
  if (!data)
    return (
      <Panel title="Was it that?">
        <Awaited of={answer} />
      </Panel>
    )
  const given = data.items.find((one) => one.incident === incident.id)
  const doubt = data.doubted.find(({ component }) => component === `${incident.cause?.kind}:${incident.cause?.name}`)
  const say = (was: 'right' | 'wrong') =>
    give.mutate({ path: { id: incident.id }, body: { was, reason } }, { onSuccess: () => setReason('') })
  return (
    <Panel title="Was it that?" aside={soFar(data)}>
      {given && (
        <p>
          <strong>{WORDS[given.was]}</strong>, said {given.by} <Time at={given.at} />: {given.reason}
        </p>
      )}
      {doubt && (
        <p>
          Versions of {doubt.component} were blamed wrongly before: they need {doubt.factor} times the evidence now.
        </p>
      )}
      {may && (
        <form className="feedback no-print" onSubmit={(event) => event.preventDefault()}>
          <Field
            label={given ? 'Or rather, because' : 'Because'}
            hint="Kept with the incident. A version that was blamed wrongly makes its component need ten times the evidence next time."
            error={give.error?.message}
          >
            {(ids) => (
              <input {...ids} type="text" maxLength={2000} value={reason} onChange={(e) => setReason(e.target.value)} />
            )}
          </Field>
          <div className="cluster">
            <Button busy={give.isPending} disabled={reason.trim() === ''} onClick={() => say('right')}>
              {WORDS.right}
            </Button>
            <Button busy={give.isPending} disabled={reason.trim() === ''} onClick={() => say('wrong')}>
              {WORDS.wrong}
            </Button>
          </div>
        </form>
      )}
    </Panel>
  )
}

function soFar({ right, wrong, precision }: { right: number; wrong: number; precision: number | null }): string {
  return precision === null
    ? 'nobody has judged an incident yet'
    : `${right} of ${right + wrong} judged incidents were right (${share(precision)})`
}
