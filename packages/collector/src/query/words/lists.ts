import type { VersionClause } from '@pumphandle/shared/versions'
import type { TextPattern } from '../../model/text-pattern.ts'
import type { ComponentMatch } from '../language/ast.ts'

/** `a`, `a or b`, `a, b or c`; more than MAX_LISTED end in how many. */
export function listWords(items: string[], joint = 'or'): string {
  if (items.length > MAX_LISTED)
    return `${items.slice(0, MAX_LISTED).join(', ')} ${joint} ${items.length - MAX_LISTED} more`
  if (items.length < 2) return items.join()
  return `${items.slice(0, -1).join(', ')} ${joint} ${items.at(-1)}`
}

/** A sentence with more is not read. */
const MAX_LISTED = 8

/** A text with stars: `csagent.sys`, `anything beginning with cs`. */
export function patternWords({ pieces }: TextPattern): string {
  const [first = '', last = ''] = pieces
  if (pieces.length === 1) return first
  if (pieces.length === 2 && last === '') return first === '' ? 'anything' : `anything beginning with ${first}`
  return `anything like ${pieces.join('*')}`
}

/** `sensor falcon in any 7.16`, `driver csagent.sys`, `any sensor`. */
export function componentWords({ kind, names, versions }: ComponentMatch): string {
  const name = names.length ? `${kind} ${listWords(names.map(patternWords))}` : `any ${kind}`
  return versions ? `${name} in version ${listWords(versions.clauses.map(versionWords))}` : name
}

function versionWords(clause: VersionClause): string {
  if (clause.type === 'exact') return clause.version
  if (clause.type === 'prefix') return clause.version === '' ? 'any' : `${clause.version}.*`
  const { lower, upper } = clause
  const name = (b: NonNullable<typeof lower>): string => (b.star ? `any ${b.version}` : b.version)
  const words: string[] = []
  if (lower) words.push(`${lower.op === '>' ? 'after' : 'from'} ${name(lower)}`)
  if (upper) words.push(`${upper.op === '<' ? 'before' : 'up to'} ${name(upper)}`)
  return words.join(' and ')
}
