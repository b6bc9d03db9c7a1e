import { Refusal } from './refusal.ts'

const [QUOTE, BACKSLASH, OPEN, CLOSE, OPEN_MAP, CLOSE_MAP] = ['"', '\\', '[', ']', '{', '}'].map((c) => c.charCodeAt(0))
/** Levels of the deepest frame and the deepest body that there is, and twice as many. */
const MOST_LEVELS = 24
/** Smaller texts are parsed at once, however they are nested: brackets cost up to 0.7 ms a kB, other JSON a hundredth of it. */
const LOOKED_AT_FROM = 2 * 1024

/**
 * Whether JSON is nested deeper than anything that anybody sends. Parsing 240 kB of brackets takes a tenth of a second, in which
 * nobody else is heard; looking through them takes 0.3 ms.
 * @param json as UTF-8; what is no JSON is told nothing of
 */
export function isNestedTooDeep(json: Uint8Array): boolean {
  if (json.length < LOOKED_AT_FROM) return false
  let levels = 0
  let isText = false
  for (let i = 0; i < json.length; i++) {
    const byte = json[i]
    if (isText) {
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) isText = false
    } else if (byte === QUOTE) isText = true
    else if (byte === OPEN || byte === OPEN_MAP) {
      if (++levels > MOST_LEVELS) return true
    } else if (byte === CLOSE || byte === CLOSE_MAP) levels--
  }
  return false
}

/** For a body's parser: looks before it parses. @throws Refusal 400 */
export function refuseNested(_request: unknown, _response: unknown, body: Uint8Array): void {
  if (isNestedTooDeep(body))
    throw new Refusal(
      'malformed',
      'Nested too deep',
      `The body is nested deeper than ${MOST_LEVELS} levels; nothing here is.`,
    )
}
