import type { IncidentRow } from '@pumphandle/shared/api'
import { counted } from '@pumphandle/shared/words'
import { useAnswer, useChange } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'

/** Chooses the incident that this one is part of. Its machines and history go there; it can be reopened. */
export function MergeDialog({ incident, onClose }: { incident: IncidentRow; onClose: () => void }) {
  const answer = useAnswer('incidents', { query: { status: 'active' } })
  const merge = useChange('merge', ['incident', 'incidents', 'overview'])
  const others = answer.data?.items.filter((other) => other.id !== incident.id) ?? []
  return (
    <Dialog title="Merge into which incident?" onClose={onClose}>
      {!answer.data && <Awaited of={answer} />}
      {answer.data && others.length === 0 && <p className="quiet">There is no other open incident.</p>}
      <ul className="plain-list">
        {others.map((other) => (
          <li key={other.id}>
            <Button
              busy={merge.isPending}
              onClick={() =>
                merge.mutate({ path: { id: incident.id }, body: { into: other.id } }, { onSuccess: onClose })
              }
            >
              {other.id}: {other.title} ({counted(other.cohorts.affected, 'machine')} affected)
            </Button>
          </li>
        ))}
      </ul>
      {merge.error && (
        <p className="field-error" role="alert">
          {merge.error.message}
        </p>
      )}
    </Dialog>
  )
}
