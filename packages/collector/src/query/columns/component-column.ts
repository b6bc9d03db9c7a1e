import type { Membership } from './membership.ts'
import type { ComponentRow } from './rows.ts'

/** A component and the machines that have it now. */
export interface ComponentColumn extends ComponentRow {
  machines: Membership
}
