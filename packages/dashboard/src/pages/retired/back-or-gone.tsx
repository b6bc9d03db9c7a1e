import { useChange } from '../../api/use.ts'
import { Failure } from '../../design/inputs.tsx'
import { Remove } from '../../design/remove.tsx'
import { useMay } from '../../session/may.ts'

const RETURNED = 'It is counted, listed and expected again, with the history that it has.'
const DELETED =
  'Everything that is known of it goes with it: events, crashes, its part in incidents. It cannot be undone.'

interface Props {
  /** Which retired machines: by their ids, or all that have some words. */
  body: { ids: string[] } | { q: string }
  what: string
  onDeleted?: () => void
  /** What stands beside the buttons. */
  children?: React.ReactNode
}

/** Brings retired machines back into the fleet, or deletes them for good. */
export function BackOrGone({ body, what, onDeleted, children }: Props) {
  const back = useChange('machinesReturn', ['machine', 'machines', 'overview', 'retiredMachines'])
  const gone = useChange('machinesDelete', ['retiredMachines'])
  const [mayReturn, mayDelete] = [useMay('technician'), useMay('admin')]
  return (
    <>
      <div className="cluster no-print">
        {mayReturn && (
          <Remove
            word="Bring back"
            what={what}
            effect={RETURNED}
            busy={back.isPending}
            onConfirm={() => back.mutate({ body })}
          />
        )}
        {mayDelete && (
          <Remove
            word="Delete"
            what={what}
            effect={DELETED}
            busy={gone.isPending}
            onConfirm={() => gone.mutate({ body }, { onSuccess: () => onDeleted?.() })}
          />
        )}
        {children}
      </div>
      <Failure error={back.error ?? gone.error} />
    </>
  )
}
