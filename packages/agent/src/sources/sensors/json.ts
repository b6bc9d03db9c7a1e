export type Json = string | number | boolean | null | Json[] | { [name: string]: Json }

/** Parses JSON from a product's file; undefined if it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined // half-written, encrypted or of another version: the product's version is then not known
  }
}

/** The text at a path of names. */
export function jsonText(json: Json | undefined, ...path: string[]): string | undefined {
  let at: Json | undefined = json
  for (const name of path) {
    if (at === null || typeof at !== 'object' || Array.isArray(at)) return undefined
    at = at[name]
  }
  return typeof at === 'string' && at !== '' ? at : undefined
}
