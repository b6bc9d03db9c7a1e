import { seen } from '@pumphandle/shared/words'

/** A computer's name as its machine says it, without what is not seen; a name that was nothing else is told as none. */
export function saidName(name: string): string {
  return seen(name).trim() || 'unnamed'
}

/** An agent's version as its machine says it, without what is not seen. */
export function saidVersion(version: string): string {
  return seen(version).trim() || 'unknown'
}
