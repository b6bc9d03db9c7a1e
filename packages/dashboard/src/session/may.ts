import type { Role } from '@pumphandle/shared/api'
import { useMe } from './me.ts'

const RANK: Record<Role, number> = { viewer: 0, technician: 1, admin: 2 }

/** Whether the person may do what needs this role. The collector decides; the page only hides what it would refuse. */
export const useMay = (role: Role) => RANK[useMe().role] >= RANK[role]
