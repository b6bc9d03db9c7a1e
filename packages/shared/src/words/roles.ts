/** What people may do: each may do what the ones before it may. */
export const ROLE_MEANING = {
  viewer: 'reads',
  technician: 'also marks machines, notes and acknowledges',
  admin: 'also keeps settings and people',
} as const

export type Role = keyof typeof ROLE_MEANING
export const ROLES = Object.keys(ROLE_MEANING) as [Role, ...Role[]]

/** Whether the role is at least the one needed. */
export const isAtLeast = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed)
