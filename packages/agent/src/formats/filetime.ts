/** 100 ns ticks from 1601-01-01 (FILETIME's zero) to 1970-01-01. */
const TICKS_TO_1970 = 116_444_736_000_000_000n
const TICKS_PER_MS = 10_000n
const MS_TO_1970 = Number(TICKS_TO_1970 / TICKS_PER_MS)
/** 9999-12-31: later FILETIMEs come from damaged bytes, and ISO 8601 cannot write them with four digits of year. */
const LATEST_MS = 253_402_300_799_999

/** Firmware whose battery is empty begins in 1980, of another zone a day before; and no Windows of today is there in 2200. */
const FIRST_TIME_MS = Date.UTC(1979, 11, 31)
const END_OF_TIMES_MS = Date.UTC(2200, 0, 1)

/** Whether a machine's clock can have told it, right or wrong: another time comes from damaged bytes. Milliseconds since 1970. */
export function isClockTime(ms: number): boolean {
  return ms >= FIRST_TIME_MS && ms < END_OF_TIMES_MS
}

/** Milliseconds since 1970 of a FILETIME (100 ns ticks since 1601, UTC), or undefined if it is zero or beyond year 9999. */
export function filetimeToMs(ticks: bigint): number | undefined {
  if (ticks <= 0n) return undefined
  const ms = Number((ticks - TICKS_TO_1970) / TICKS_PER_MS)
  return ms > LATEST_MS ? undefined : ms
}

/**
 * The same by the two halves of a FILETIME, without a BigInt: a log has tens of thousands of them, and a start has no time. Each
 * step is exact, as 2^32 ticks are 429,496 ms and 7,296 ticks.
 */
export function halvesToMs(low: number, high: number): number | undefined {
  if (low === 0 && high === 0) return undefined
  const ms = high * 429_496 + Math.floor((high * 7_296 + low) / 10_000) - MS_TO_1970
  return ms > LATEST_MS ? undefined : ms
}

/** ISO 8601 in UTC with the nine digits that Windows' event viewer writes, zero as 1601; undefined beyond year 9999. */
export function halvesToIso(low: number, high: number): string | undefined {
  if (low === 0 && high === 0) return '1601-01-01T00:00:00.000000000Z'
  const ms = halvesToMs(low, high)
  if (ms === undefined) return undefined
  const below = (high * 7_296 + low) % 10_000
  return `${new Date(ms).toISOString().slice(0, 23)}${String(below).padStart(4, '0')}00Z`
}

/** ISO 8601 in UTC with milliseconds, as facts carry it, or undefined for a FILETIME without meaning. */
export function filetimeToFact(ticks: bigint): string | undefined {
  const ms = filetimeToMs(ticks)
  return ms === undefined ? undefined : new Date(ms).toISOString()
}

/** Milliseconds since 1970 of a SYSTEMTIME in UTC (16 bytes), or undefined where that is none. */
export function systemtimeToMs(bytes: Buffer): number | undefined {
  if (bytes.length < 16) return undefined
  const [year = 0, month = 0, , day = 0, hour = 0, minute = 0, second = 0, ms = 0] = new Uint16Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 16),
  )
  const at = Date.UTC(year, month - 1, day, hour, minute, second, ms)
  return isClockTime(at) && new Date(at).getUTCMonth() === month - 1 ? at : undefined
}
