const BITS = 64
/** Eight characters at 64 values each are 48 bits: as many as a double holds exactly. */
const LENGTH = 8

/**
 * A number in the order of folded names: names that differ early compare as numbers, without touching the strings. Equal
 * numbers say nothing.
 */
export function nameKey(name: string): number {
  let key = 0
  for (let i = 0; i < LENGTH; i++) key = key * BITS + (i < name.length ? step(name.charCodeAt(i)) : 0)
  return key
}

/** Rises with the character, never falls; digits and small letters, of which names are made, keep apart. */
function step(code: number): number {
  if (code < 0x30) return code < 0x2d ? 1 : 2
  if (code <= 0x39) return 3 + (code - 0x30)
  if (code < 0x61) return code < 0x5f ? 14 : 15
  return code <= 0x7a ? 16 + (code - 0x61) : BITS - 1
}
