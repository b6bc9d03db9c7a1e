import type { FactId, MachineId } from '../../src/detect/words/ids.ts'

// Numbers as a test writes them, as the ids that the detector's parts take.

export const machineId = (n: number) => n as MachineId
export const factId = (n: number) => n as FactId
