import type { MachineDetail } from '@pumphandle/shared/api'
import { Awaited } from '../../design/awaited.tsx'
import { Panel } from '../../design/panel.tsx'
import { Marks } from '../recovery/marks.tsx'
import { useRecovery } from '../recovery/rows.ts'

interface Props {
  machine: MachineDetail['machine']
  incident: MachineDetail['incidents'][number]
}

/** Recovery of this machine in an incident, for whoever opened its page from the code on the sheet and stands before it. */
export function MachineMarks({ machine, incident }: Props) {
  const id = String(incident.id)
  const rows = useRecovery(id, { name: machine.name })
  const row = rows.data?.pages.flatMap((page) => page.items).find((r) => r.machine === machine.id)
  // whoever stands before it must not think that there is nothing to press
  if (!rows.data)
    return (
      <Panel title="Recovery" className="machine-marks">
        <Awaited of={rows} />
      </Panel>
    )
  if (!row) return null
  return (
    <Panel title="Recovery" className="machine-marks" aside={`incident ${id}`}>
      <Marks row={row} incident={id} />
    </Panel>
  )
}
