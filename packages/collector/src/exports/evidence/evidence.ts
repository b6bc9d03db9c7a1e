import type { IncidentDetail, IncidentPicture, IncidentSeries, MachineRow } from '@pumphandle/shared/api'

/** What a pack is made of. */
export interface Evidence {
  readonly detail: IncidentDetail
  readonly series: IncidentSeries | null
  readonly picture: IncidentPicture | null
  /** The incident's machines, page by page. */
  readonly machines: AsyncIterable<MachineRow[]>
  readonly now: number
  /** Who made the pack. */
  readonly by: string
  readonly version: string
}
