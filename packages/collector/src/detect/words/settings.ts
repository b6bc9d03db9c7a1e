export interface DetectorSettings {
  /** The alarm budget: incidents per fleet-year that may be false. */
  readonly alarmsPerFleetYear: number
  /** Nothing is raised within this time of the first observation, seconds: counts need something to stand on. */
  readonly warmUpSeconds: number
}

export const DEFAULT_SETTINGS: DetectorSettings = {
  alarmsPerFleetYear: 1,
  // A restarted collector hears the whole fleet again within some minutes; before that everybody seems new.
  warmUpSeconds: 600,
}
