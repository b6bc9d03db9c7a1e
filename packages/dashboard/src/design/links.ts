import { componentTerm, type Named } from '@pumphandle/shared/words'

/** Addresses of the pages. Every number on the page links through one of these to what is behind it. */
const search = (values: Record<string, string | undefined>) => {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(values)) if (value) params.set(key, value)
  return params.size > 0 ? `?${params}` : ''
}

export const to = {
  overview: () => '/',
  incidents: () => '/incidents',
  incident: (id: number) => `/incidents/${id}`,
  report: (id: number) => `/incidents/${id}/report`,
  recovery: (id: number, practice?: string) => `/incidents/${id}/recovery${search({ practice })}`,
  /** Machines that the query finds. */
  machines: (q = '') => `/machines${search({ q })}`,
  /** Machines that have a version. */
  having: (component: Named) => `/machines${search({ q: componentTerm(component) })}`,
  machine: (id: string) => `/machines/${id}`,
  /** Retired machines that have these words. */
  retired: (q = '') => `/retired${search({ q })}`,
  sensors: () => '/sensors',
  start: () => '/start',
  coverage: () => '/coverage',
  changes: () => '/changes',
  trends: () => '/trends',
  /** One version, `kind:name@version`. */
  version: (key: string) => `/version${search({ key })}`,
  /** How to stop the roll-out of a version. */
  hold: (key: string) => `/hold${search({ key })}`,
  map: () => '/map',
  /** Practices of one region. */
  region: (region: string) => `/practices${search({ region })}`,
  /** Practices that can or cannot work; those that an incident hit. */
  practices: (working?: string, incident?: number) =>
    `/practices${search({ working, incident: incident === undefined ? undefined : String(incident) })}`,
  practice: (code: string) => `/practices/${code}`,
  sheet: (code: string, incident?: number) =>
    `/practices/${code}/sheet${search({ incident: incident === undefined ? undefined : String(incident) })}`,
  card: (code: string) => `/practices/${code}/card`,
  settings: (part = '') => `/settings${part && `/${part}`}`,
  account: () => '/account',
  wall: () => '/wall',
}
