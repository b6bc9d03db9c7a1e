import { useChange } from '../../api/use.ts'
import { count } from '../../design/format.ts'
import { Failure } from '../../design/inputs.tsx'
import { Remove } from '../../design/remove.tsx'

/** Cuts off every machine of a practice: for admins. */
export function RevokeMachines({ code, name, machines }: { code: string; name: string; machines: number }) {
  const revoke = useChange('practiceRevokeMachines', ['practice', 'machines'])
  return (
    <>
      <Remove
        word="Revoke all machines"
        what={`of ${name}`}
        effect={`${count(machines)} machines are cut off now and not let in any more. Each has to be reinstated and enrolled again to come back.`}
        busy={revoke.isPending}
        onConfirm={() => revoke.mutate({ path: { code }, body: {} })}
      />
      <Failure error={revoke.error} />
    </>
  )
}
