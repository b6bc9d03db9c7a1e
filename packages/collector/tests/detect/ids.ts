import type { FactId, MachineId, RegionId, SiteId } from '../../src/detect/words/ids.ts'

// Numbers as a test writes them, as the ids that the detector's parts take.

export const machineId = (n: number) => n as MachineId
export const siteId = (n: number) => n as SiteId
export const regionId = (n: number) => n as RegionId
export const factId = (n: number) => n as FactId
