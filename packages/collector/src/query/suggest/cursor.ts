/** Where in a query a cursor stands. */
export interface Place {
  /** offset of the part that a suggestion replaces; it ends at the cursor */
  start: number
  /** the part, as far as it is written, without an opening quote */
  written: string
  had: boolean
  /** the field whose value is being written; absent while the field's own name is */
  field?: string
  /** a sign such as < stands before the version */
  signed?: true
  /** the component's name, when its version is being written */
  name?: string
}

/** Reads backwards from the cursor: to the term's beginning, then to the part of its value. */
export function placeAt(text: string, cursor: number): Place {
  const before = text.slice(0, Math.max(0, Math.min(cursor, text.length)))
  const termStart = beginningOfTerm(before)
  const term = before.slice(termStart)
  const lead = /^-*(had:)?/i.exec(term)?.[0] ?? ''
  const had = lead.toLowerCase().endsWith('had:')
  const field = /^[a-z][a-z0-9_-]*:/i.exec(term.slice(lead.length))?.[0]
  if (!field) {
    const start = termStart + lead.length
    return { start, written: unquoted(before.slice(start)), had }
  }
  const valueStart = termStart + lead.length + field.length
  const value = before.slice(valueStart)
  const at = lastOutside(value, '@')
  const part = Math.max(at, lastOutside(value, ',')) + 1
  // a suggested version stands after its sign; a suggested time brings its own
  const op = at < 0 ? 0 : (/^(?:>=|<=|>|<|=)?/.exec(value.slice(part))?.[0].length ?? 0)
  const start = valueStart + part + op
  const place: Place = { start, written: unquoted(before.slice(start)), had, field: field.slice(0, -1).toLowerCase() }
  if (at >= 0) place.name = unquoted(value.slice(0, at))
  if (op > 0) place.signed = true
  // as people write it, falcon<7.16: the sign parts name and version without an @
  const named = at < 0 ? /^([^<>="]+|"[^"]*")(>=|<=|>|<)/.exec(value.slice(part)) : null
  if (!named) return place
  const [signed, name = ''] = named
  const from = valueStart + part + signed.length
  return { ...place, start: from, written: unquoted(before.slice(from)), name: unquoted(name), signed: true }
}

function beginningOfTerm(before: string): number {
  let start = 0
  let quoted = false
  for (let i = 0; i < before.length; i++) {
    const char = before[i] ?? ''
    if (char === '"') quoted = !quoted
    else if (!quoted && /[\s()]/.test(char)) start = i + 1
  }
  return start
}

function lastOutside(value: string, char: string): number {
  let found = -1
  let quoted = false
  for (let i = 0; i < value.length; i++) {
    if (value[i] === '"') quoted = !quoted
    else if (value[i] === char && !quoted) found = i
  }
  return found
}

function unquoted(text: string): string {
  return text.replaceAll('"', '')
}
