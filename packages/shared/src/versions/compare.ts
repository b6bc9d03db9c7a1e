import { versionKey } from './key.ts'

/**
 * Orders two versions of any shape: negative, zero or positive, for Array.sort. The order is total and is exactly that of
 * versionKey, so lists sorted here and in SQL agree.
 */
export function compareVersions(a: string, b: string): number {
  if (a === b) return 0
  const keyA = versionKey(a)
  const keyB = versionKey(b)
  return keyA < keyB ? -1 : keyA > keyB ? 1 : 0
}
