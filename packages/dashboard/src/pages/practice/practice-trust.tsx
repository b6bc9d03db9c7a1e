import { count } from '@pumphandle/shared/words'
import { useChange } from '../../api/use.ts'
import { Failure } from '../../design/inputs.tsx'
import { Remove } from '../../design/remove.tsx'

/** Answers for every machine of a practice, or cuts all of them off: for admins. */
export function PracticeTrust({ code, name, machines }: { code: string; name: string; machines: number }) {
  const revoke = useChange('practiceRevokeMachines', ['practice', 'machines'])
  const vouch = useChange('practiceVouch', ['practice', 'machines'])
  return (
    <>
      <Remove
        word="Answer for all machines"
        what={`of ${name}`}
        effect="Machines that came lately, or by their own word, count one by one from now on, as the others do. Do it where you know that they are yours."
        busy={vouch.isPending}
        onConfirm={() => vouch.mutate({ path: { code }, body: {} })}
      />
      <Remove
        word="Revoke all machines"
        what={`of ${name}`}
        effect={`${count(machines)} machines are cut off now and not let in any more. Each has to be reinstated and enrolled again to come back.`}
        busy={revoke.isPending}
        onConfirm={() => revoke.mutate({ path: { code }, body: {} })}
      />
      <Failure error={revoke.error ?? vouch.error} />
    </>
  )
}
