const BITS = 64
/** Eight characters at 64 values each are 48 bits: as many as a double holds exactly. */
const LENGTH = 8
const END = 0
/** Steps that stand for one character only, of those that names are made of: -, 0 to 9, a to z. */
const HYPHEN = 2
const DIGIT = 4
const LETTER = 15

/**
 * Eight characters of a folded name, from `start`, as a number in their order. Some characters share a value: what comes
 * after one of those must not count, as it would decide before they are told apart. `exact` is whether none of them
 * shares.
 */
export function nameKeyAt(name: string, start: number): { key: number; exact: boolean } {
  let key = 0
  let exact = true
  for (let i = start; i < start + LENGTH; i++) {
    const step: number = exact && i < name.length ? stepOf(name.charCodeAt(i)) : END
    key = key * BITS + step
    exact &&= step === END || isAlone(step)
  }
  return { key, exact }
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
