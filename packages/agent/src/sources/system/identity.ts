import { textValue } from '../../formats/regf/registry.ts'
import type { Volume } from '../../volume/volume.ts'

/** Upper-case computer name: the one that takes effect, else the newest event's. */
export function readComputerName(volume: Volume): string | null {
  const names = volume.controlSet()?.key('Control\\ComputerName')
  const name = textValue(names?.key('ComputerName'), 'ComputerName')
  if (name) return name
  const event = volume.history().system().events.at(-1)
  return event?.computer ? (event.computer.split('.')[0] ?? null) : null
}
