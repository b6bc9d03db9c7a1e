const BITS = 64
/** Eight characters at 64 values each are 48 bits: as many as a double holds exactly. */
const LENGTH = 8
const END = 0
/** Steps that stand for one character only, of those that names are made of: -, 0 to 9, a to z. */
const HYPHEN = 2
const DIGIT = 4
const LETTER = 15

/**
 * A number in the order of folded names: names that differ early compare as numbers, without touching the strings. Equal
 * numbers say nothing. What comes after a character that shares its value with others must not count: it would decide
 * before they are told apart.
 */
export function nameKey(name: string): number {
  let key = 0
  let ended = false
  for (let i = 0; i < LENGTH; i++) {
    const step: number = ended || i >= name.length ? END : stepOf(name.charCodeAt(i))
    key = key * BITS + step
    ended ||= !isAlone(step)
  }
  return key
}

/** Rises with the character, never falls. */
function stepOf(code: number): number {
  if (code < 0x2d) return 1
  if (code === 0x2d) return HYPHEN
  if (code < 0x30) return HYPHEN + 1
  if (code <= 0x39) return DIGIT + (code - 0x30)
  if (code < 0x61) return DIGIT + 10
  return code <= 0x7a ? LETTER + (code - 0x61) : BITS - 1
}

function isAlone(step: number): boolean {
  return step === HYPHEN || (step >= DIGIT && step < DIGIT + 10) || (step >= LETTER && step < LETTER + 26)
}
