/** Every machine of a bench's fleet has this secret: what is measured does not depend on its being one's own. */
export const SECRET = 'a-secret-of-forty-three-characters-in-length'

/** Machines of one process: it may open 20,000 files on many systems. */
export const MACHINES_OF_PROCESS = 17_000

/** The id of machine n, from 1. */
export function uidOf(n: number): string {
  return String(n).padStart(26, '0')
}
