import type { Places } from '@pumphandle/shared/api'

/** Writes places as they are stored; null is the whole fleet. */
export function storedPlaces(places: Places | null): string | null {
  return places && JSON.stringify(places)
}

/** The same places in the same order: what is made for one is made for the other. */
export function placesKey({ regions, networks, practices, tags }: Places): string {
  return JSON.stringify([regions, networks, practices, tags].map((codes) => codes.toSorted()))
}

/** Nowhere: of places that a damaged row does not tell any more. */
export const NOWHERE: Places = { regions: [], networks: [], practices: [], tags: [] }

/** For the audit log, after what it says of a role or a channel. */
export function placesInWords(places: Places | null): string {
  return places ? ` in ${[...places.regions, ...places.networks, ...places.practices, ...places.tags].join(', ')}` : ''
}
