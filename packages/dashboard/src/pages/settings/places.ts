import type { Answer } from '@pumphandle/shared/client'

export type Places = NonNullable<Answer<'me'>['places']>

const KINDS = { region: 'regions', network: 'networks', practice: 'practices', tag: 'tags' } as const

/** What a person writes: codes with commas between, of practices unless said otherwise. */
export const PLACES_HINT =
  'Codes, comma between: A81001, network:U12345, region:QHM, tag:ring:pilot. Empty: the whole fleet.'

/** Empty text is the whole fleet. */
export function readPlaces(text: string): Places | null {
  const places: Places = { regions: [], networks: [], practices: [], tags: [] }
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '')
  for (const part of parts) {
    const [, kind = 'practice', code = part] = /^(region|network|practice|tag):(.+)$/i.exec(part) ?? []
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
