import type { IncidentRow, Overview } from '@pumphandle/shared/api'
import { count } from '@pumphandle/shared/words'
import { to } from '../../design/links.ts'
import type { Tone } from '../../design/shape.tsx'

export const toneOf = (incident: IncidentRow): Tone =>
  incident.status === 'contained' || incident.kind === 'machine'
    ? 'warn'
    : incident.status === 'resolved'
      ? 'ok'
      : 'crash'

/** One number of a verdict with the page behind it. */
interface Figure {
  label: string
  value: string
  href?: string
}

/** The numbers that are read from three metres. */
export function figuresOf(incident: IncidentRow): Figure[] {
  const { cohorts, id, growth, stopped } = incident
  const cohort = (label: string, name: keyof IncidentRow['cohorts']): Figure => ({
    label,
    value: count(cohorts[name]),
    href: to.machines(`incident:${id} cohort:${name}`),
  })
  return [
    cohort('machines affected', 'affected'),
    {
      label: incident.practices === 1 ? 'practice hit' : 'practices hit',
      value: count(incident.practices),
      href: `${to.incident(id)}#practices`,
    },
    {
      label: 'cannot work',
      value: stopped === undefined ? 'not known' : count(stopped),
      href: to.practices('stopped', id),
    },
    { label: 'last 5 minutes', value: growth > 0 ? `+${count(growth)}` : 'no more', href: to.incident(id) },
    cohort('exposed, still well', 'at-risk'),
    cohort('recovered', 'recovered'),
    ...(cohorts.relapsed > 0 ? [cohort('relapsed', 'relapsed')] : []),
    ...(cohorts.missing > 0 ? [cohort('missing', 'missing')] : []),
  ]
}

/**
 * Of a fleet on an ordinary day far less crashes in an hour; vanished are more, where people pull plugs. Either has to be more
 * than a few computers under a desk.
 */
const UNEASY = { crashed: 0.02, down: 0.1, machines: 10 }

/** Machines that crashed within the hour, restart again and again or vanished. */
export const downOf = ({ states }: Overview): number => states.crashed + states['boot-loop'] + states.dark

/** Without an incident, as when a person closed one too early or its machines are too new to count, yet not well. */
export function isUneasy(overview: Overview): boolean {
  const { machines, states } = overview
  const isMuch = (of: number, share: number) => of >= UNEASY.machines && of >= share * machines
  return isMuch(states.crashed + states['boot-loop'], UNEASY.crashed) || isMuch(downOf(overview), UNEASY.down)
}
