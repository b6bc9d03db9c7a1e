import type { Dependency } from './installed.ts'

/** Licences that ask for no more than a notice, or for their own files' source, which is public. */
const TAKEN: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
  'WTFPL',
  'Zlib',
])

/** Whether an SPDX expression may be taken: one of its alternatives, or all of what must hold together. */
export function isTaken(licence: string): boolean {
  const words = licence.match(/[()]|[^\s()]+/g) ?? []
  let at = 0
  const either = (): boolean => {
    let taken = both()
    while (words[at] === 'OR') {
      at++
      taken = both() || taken
    }
    return taken
  }
  const both = (): boolean => {
    let taken = one()
    while (words[at] === 'AND') {
      at++
      taken = one() && taken
    }
    return taken
  }
  const one = (): boolean => {
    if (words[at] !== '(') return TAKEN.has(words[at++] ?? '')
    at++
    const taken = either()
    return words[at++] === ')' && taken
  }
  const taken = either()
  // what is left over is no expression that anybody understands
  return taken && at === words.length
}

/** A sentence for each package whose licence is not one of those that are taken. */
export function unlicensed(dependencies: readonly Dependency[]): string[] {
  return dependencies
    .filter(({ licence }) => !isTaken(licence))
    .map(({ name, version, licence }) => `${name} ${version}: licence ${licence} is not one of those that we take.`)
}
