export interface DetectorSettings {
  /** The alarm budget: incidents per fleet-year that may be false. */
  readonly alarmsPerFleetYear: number
  /** Nothing is raised within this time of the first observation, seconds: counts need something to stand on. */
  readonly warmUpSeconds: number
}
