import type { MachineDetail } from '@pumphandle/shared/api'
import { useChange } from '../../api/use.ts'
import { Failure } from '../../design/inputs.tsx'
import { Remove } from '../../design/remove.tsx'
import { useMay } from '../../session/may.ts'

/** Lets the machine in no more, or again: for admins. */
export function Revocation({ detail }: { detail: MachineDetail }) {
  const { id, name } = detail.machine
  const revoke = useChange('machineRevoke', ['machine'])
  const reinstate = useChange('machineReinstate', ['machine'])
  if (!useMay('admin')) return null
  return (
    <>
      {detail.revokedAt === null ? (
        <Remove
          word="Revoke"
          what={name}
          effect="Its connection ends now and it is not let in any more. It can be reinstated, and then enrols again with a token."
          busy={revoke.isPending}
          onConfirm={() => revoke.mutate({ path: { id }, body: {} })}
        />
      ) : (
        <Remove
          word="Reinstate"
          what={name}
          effect="It may enrol again with a token, and keeps its id and history. What it proved itself by before stays worth nothing."
          busy={reinstate.isPending}
          onConfirm={() => reinstate.mutate({ path: { id }, body: {} })}
        />
      )}
      <Failure error={revoke.error ?? reinstate.error} />
    </>
  )
}
