import type { IncidentRow } from '@pumphandle/shared/api'
import { OUTCOME_WORDS, OUTCOMES, type Outcome } from '@pumphandle/shared/words'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Failure, TextField } from '../../design/inputs.tsx'
import { to } from '../../design/links.ts'

/** Closes an incident as what it was: one press of what it was, and the page for the manager follows. */
export function ResolveDialog({ incident, onClose }: { incident: IncidentRow; onClose: () => void }) {
  const [text, setText] = useState('')
  const [, navigate] = useLocation()
  const resolve = useChange('resolve', ['incident', 'incidents', 'overview', 'feedback', 'verdicts'])
  const close = (what: Outcome) =>
    resolve.mutate(
      { path: { id: incident.id }, body: { what, ...(text.trim() ? { text: text.trim() } : {}) } },
      { onSuccess: () => navigate(to.report(incident.id)) },
    )
  return (
    <Dialog title="What was it?" onClose={onClose}>
      <div className="stack">
        <TextField
          label="In your words, if you like"
          hint="Kept with the incident. Where a version was blamed and was not at fault, its component needs more evidence next time."
          maxLength={2000}
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
        <ul className="plain-list">
          {OUTCOMES.map((what) => (
            <li key={what}>
              <Button busy={resolve.isPending} onClick={() => close(what)}>
                It was {OUTCOME_WORDS[what]}
              </Button>
            </li>
          ))}
        </ul>
        <Failure error={resolve.error} />
      </div>
    </Dialog>
  )
}
