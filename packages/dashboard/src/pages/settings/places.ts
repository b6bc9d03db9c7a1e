import type { Answer } from '@pumphandle/shared/client'

export type Places = NonNullable<Answer<'me'>['places']>

const KINDS = { region: 'regions', network: 'networks', practice: 'practices', tag: 'tags' } as const

/** What a person writes: names or codes with commas between. */
export const PLACES_HINT =
  'Names or codes, comma between: A81001, a region’s name, network:U12345, tag:ring:pilot. Empty: the whole fleet.'
/** Several of them may stand with spaces between, as they are copied from a table. */
const CODE = /^(?:(?:region|network|practice|tag):\S+|(?=\S*\d)[A-Z0-9-]+)$/i

/** Empty text is the whole fleet. */
export function readPlaces(text: string): Places | null {
  const places: Places = { regions: [], networks: [], practices: [], tags: [] }
  const parts = text
    .split(/[\n,;]+/)
    .flatMap((part) => {
      const words = part.trim().split(/\s+/)
      return words.every((word) => CODE.test(word)) ? words : [part.trim()]
    })
    .filter((part) => part !== '')
  for (const part of parts) {
    const [, kind = 'practice', code = part] = /^(region|network|practice|tag):\s*(.+)$/i.exec(part) ?? []
    places[KINDS[kind.toLowerCase() as keyof typeof KINDS]].push(code)
  }
  return parts.length === 0 ? null : places
}

/** As readPlaces takes it. */
export function placesText(places: Places | null): string {
  if (!places) return ''
  const named = (kind: keyof typeof KINDS) => places[KINDS[kind]].map((code) => `${kind}:${code}`)
  return [...places.practices, ...named('network'), ...named('region'), ...named('tag')].join(', ')
}
