import { Enrolment } from '../enrol/enrolment.ts'
import { Retirement } from '../enrol/retirement.ts'

type Needs = Omit<ConstructorParameters<typeof Enrolment>[0], 'retirement'>

/** How machines come into the fleet, and how they go. */
export function enrolments(needs: Needs): { readonly enrolment: Enrolment; readonly retirement: Retirement } {
  const retirement = new Retirement({ ...needs, onMoved: needs.onEnrolled })
  return { retirement, enrolment: new Enrolment({ ...needs, retirement }) }
}

export { openIdentity } from './identity.ts'
