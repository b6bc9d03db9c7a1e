import type { MachineDetail } from '@pumphandle/shared/api'
import { useChange } from '../../api/use.ts'
import { Failure } from '../../design/inputs.tsx'
import { Remove } from '../../design/remove.tsx'
import { useMay } from '../../session/may.ts'

/** Takes a machine out of the fleet that was re-imaged, replaced or scrapped: for those who are on site. */
export function Retirement({ detail }: { detail: MachineDetail }) {
  const { id, name, state } = detail.machine
  const retire = useChange('machinesRetire', ['machine', 'machines', 'overview'])
  if (!useMay('technician') || state === 'healthy') return null
  return (
    <>
      <Remove
        word="Retire"
        what={name}
        effect="It is not counted, listed or expected any more; its history stays. Should it connect again, it is back by itself."
        busy={retire.isPending}
        onConfirm={() => retire.mutate({ body: { ids: [id], why: 'Retired on its page' } })}
      />
      {retire.data && <output>{retire.data.retired === 1 ? 'Retired.' : 'It is connected, and stays.'}</output>}
      <Failure error={retire.error} />
    </>
  )
}
