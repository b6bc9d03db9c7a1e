/** The detector's whole state. Opaque to everyone else. */
export interface DetectorSnapshot {
  readonly format: 'pumphandle-detector/1'
}
