import type { IncidentRow } from '@pumphandle/shared/api'
import { isActive } from '@pumphandle/shared/words'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { useMe } from '../../session/me.ts'
import { MergeDialog } from './merge-dialog.tsx'
import { ResolveDialog } from './resolve-dialog.tsx'

const REFRESH = ['incident', 'incidents', 'overview'] as const

/** What a person can do with an incident, as its status allows. */
export function Actions({ incident }: { incident: IncidentRow }) {
  const me = useMe()
  const [merging, setMerging] = useState(false)
  const [resolving, setResolving] = useState(false)
  const acknowledge = useChange('acknowledge', REFRESH)
  const owner = useChange('owner', REFRESH)
  const reopen = useChange('reopen', REFRESH)
  const path = { id: incident.id }
  const failed = [acknowledge, owner, reopen].find((change) => change.error)?.error
  const over = !isActive(incident.status)
  return (
    <>
      {!over && incident.owner !== me.name && (
        <Button
          kind={incident.status === 'open' ? 'primary' : 'plain'}
          busy={owner.isPending}
          onClick={() => owner.mutate({ path, body: { owner: me.name, instead: incident.owner } })}
        >
          Take it
        </Button>
      )}
      {incident.status === 'open' && (
        <Button busy={acknowledge.isPending} onClick={() => acknowledge.mutate({ path, body: {} })}>
          Acknowledge
        </Button>
      )}
      {!over && <Button onClick={() => setResolving(true)}>Resolve</Button>}
      {over && (
        <Button busy={reopen.isPending} onClick={() => reopen.mutate({ path, body: {} })}>
          Reopen
        </Button>
      )}
      {!over && <Button onClick={() => setMerging(true)}>Merge</Button>}
      {resolving && <ResolveDialog incident={incident} onClose={() => setResolving(false)} />}
      {merging && <MergeDialog incident={incident} onClose={() => setMerging(false)} />}
      {failed && (
        <span className="field-error" role="alert">
          {failed.message}
        </span>
      )}
    </>
  )
}
