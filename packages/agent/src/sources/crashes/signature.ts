import type { Crash } from './crash.ts'

/** A program that fails in a loop makes hundreds of events an hour; they become one with a count. */
const BUCKET_MS = 3_600_000
/** More signatures than this in one reading are noise; the newest stay. */
const MAX_CRASHES = 500

/** A crash before it is counted. */
export type SingleCrash = Omit<Crash, 'id' | 'count'>

/**
 * One crash for each signature (kind, process, module, exception) and hour, with a count; its id depends on these alone, so
 * that reading again gives it again.
 */
export function countBySignature(crashes: readonly SingleCrash[]): Crash[] {
  const counted = new Map<string, Crash>()
  for (const crash of crashes) {
    const hour = Math.floor(Date.parse(crash.at) / BUCKET_MS) * BUCKET_MS
    const signature = [crash.kind, crash.process, crash.module, crash.exceptionCode].join('|').toLowerCase()
    const id = `${crash.kind}:${new Date(hour).toISOString().slice(0, 13)}:${fnv64(signature)}`
    const known = counted.get(id)
    if (known) {
      known.count = (known.count ?? 1) + 1
      known.sources = [...new Set([...known.sources, ...crash.sources])]
    } else counted.set(id, { id, ...crash, count: 1 })
  }
  return [...counted.values()].slice(-MAX_CRASHES)
}

/** FNV-1a with 64 bits as hexadecimal: short, stable, and no reason to load a cryptographic library at start. */
function fnv64(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash.toString(16).padStart(16, '0')
}
