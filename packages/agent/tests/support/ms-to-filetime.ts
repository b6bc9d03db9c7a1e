/** 100 ns ticks from 1601-01-01, where FILETIME begins, to 1970-01-01. */
const TICKS_TO_1970 = 116_444_736_000_000_000n
const TICKS_PER_MS = 10_000n

/** The FILETIME of milliseconds since 1970. */
export function msToFiletime(ms: number): bigint {
  return BigInt(Math.round(ms)) * TICKS_PER_MS + TICKS_TO_1970
}
