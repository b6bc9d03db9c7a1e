/** What became of a check: `unread` where the disk did not give back what it has, which may be sound. */
export interface Verdict {
  readonly is: 'sound' | 'unread' | 'damaged'
  /** Empty where it is sound. */
  readonly faults: readonly string[]
}
