import { asciiLower } from '@pumphandle/shared/versions'

/** A text with stars: `OptiPlex*` has the pieces `OptiPlex` and nothing. In ASCII lower case. One piece is an exact text. */
export interface TextPattern {
  pieces: string[]
}

/** Reads one as people write it. */
export function textPattern(written: string): TextPattern {
  return { pieces: asciiLower(written).split('*') }
}

/** Whether a text is one that any of the patterns names. ASCII case is equal; null matches nothing. */
export function matchesAny(patterns: TextPattern[], text: string | null): boolean {
  if (text === null) return false
  const folded = asciiLower(text)
  return patterns.some((p) => matchesFolded(p, folded))
}

/** The same for one pattern and a text that is folded already. */
export function matchesFolded({ pieces }: TextPattern, text: string): boolean {
  const first = pieces[0] ?? ''
  if (pieces.length === 1) return text === first
  const last = pieces.at(-1) ?? ''
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return at + last.length <= text.length
}
