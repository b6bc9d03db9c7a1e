/** Windows' seed for entries of a hive's transaction log. */
const SEED = { low: 0x7a4e55c5 | 0, high: 0x82ef4d88 | 0 }

/**
 * Marvin32 (US patent 8,555,057), by which Windows tells a completely written log entry from a torn one. Only for lengths
 * that are multiples of four, as those hashed here are.
 */
export function marvin32(bytes: Buffer, { low, high } = SEED): bigint {
  let a = low
  let b = high
  const mix = (word: number): void => {
    a = (a + word) | 0
    b ^= a
    a = (rotate(a, 20) + b) | 0
    b = rotate(b, 9) ^ a
    a = (rotate(a, 27) + b) | 0
    b = rotate(b, 19)
  }
  for (let at = 0; at + 4 <= bytes.length; at += 4) mix(bytes.readInt32LE(at))
  mix(0x80)
  mix(0)
  return (BigInt(b >>> 0) << 32n) | BigInt(a >>> 0)
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}
