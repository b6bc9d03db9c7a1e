import type { MachineRow } from '@pumphandle/shared/api'
import { to } from '../../design/links.ts'
import { QrCode } from '../../design/qr-code.tsx'
import { Sentence } from '../../design/sentence.tsx'
import { Shape } from '../../design/shape.tsx'
import { MACHINE } from '../../design/words.ts'

/** Windows' own names have 15 letters; one that somebody made longer is broken. */
const NAME_LENGTH = 20

/** One machine on paper: boxes to tick, room to write, and a code that opens its page on a telephone. */
export function SheetRow({ machine }: { machine: MachineRow }) {
  const look = MACHINE[machine.state]
  return (
    <tr>
      <th scope="row">
        <span className={machine.name.length <= NAME_LENGTH ? 'nowrap' : undefined}>{machine.name}</span>
        <br />
        <small>{machine.model}</small>
      </th>
      <td>
        <Shape name={look.shape} /> <b>{look.word}</b>
        <br />
        <small>
          <Sentence>{machine.stateReason}</Sentence>
        </small>
      </td>
      <td className="sheet-box">☐</td>
      <td className="sheet-box">☐</td>
      <td className="sheet-note" aria-label="Room for a note" />
      <td>
        <QrCode text={`${location.origin}${to.machine(machine.id)}`} label={`Code for ${machine.name}'s page`} />
      </td>
    </tr>
  )
}
