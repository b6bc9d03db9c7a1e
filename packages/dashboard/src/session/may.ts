import type { Role } from '@pumphandle/shared/api'
import { isAtLeast } from '@pumphandle/shared/words'
import { useMe } from './me.ts'

/** Whether the person may do what needs this role. The collector decides; the page only hides what it would refuse. */
export const useMay = (role: Role) => isAtLeast(useMe().role, role)
