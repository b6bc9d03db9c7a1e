import type { Observation } from './words/observation.ts'

/** Within one moment: first who a machine is, what it has, that it is here, what befell it, that it goes, and what is said of it. */
const RANK: Record<Observation['type'], number> = {
  blind: 0,
  machine: 1,
  component: 2,
  online: 3,
  crash: 4,
  'service-down': 5,
  goodbye: 6,
  silent: 7,
  // what is said of a machine that falls silent in the same second is of one that is not heard
  reported: 8,
}

/** A removal before the arrival that replaces it. */
const CHANGE_RANK = { removed: 0, present: 1, arrived: 2 }

/** The one order in which the observations of a second count, whatever the order in which they came. */
export function canonicalOrder(a: Observation, b: Observation): number {
  return a.at - b.at || RANK[a.type] - RANK[b.type] || compareSame(a, b)
}

function compareSame(a: Observation, b: Observation): number {
  if (a.type === 'blind' || b.type === 'blind') return 0
  if (a.machine !== b.machine) return a.machine - b.machine
  if (a.type === 'component' && b.type === 'component') {
    return CHANGE_RANK[a.change] - CHANGE_RANK[b.change] || a.fact - b.fact || (a.since ?? 0) - (b.since ?? 0)
  }
  if (a.type === 'crash' && b.type === 'crash')
    return a.occurredAt - b.occurredAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  if (a.type === 'online' && b.type === 'online') return a.boot - b.boot
  if (a.type === 'silent' && b.type === 'silent') return a.lastHeard - b.lastHeard
  return 0
}
