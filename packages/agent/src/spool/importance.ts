import type { AgentEventType } from '@pumphandle/shared/wire'

/**
 * What is sent first and let go last: 0 is what the product is for. Within one importance the oldest is sent first, and the
 * oldest is let go first.
 */
const IMPORTANCE: Readonly<Record<AgentEventType, number>> = {
  crash: 0,
  boot: 0,
  'boot-loop': 0,
  'component-changed': 1,
  'spool-dropped': 1,
  inventory: 2,
  'service-state': 2,
  update: 2,
  'network-loss': 3,
  'disk-falling': 3,
  reachability: 4,
  vitals: 5,
}

export function importanceOf(type: AgentEventType): number {
  return IMPORTANCE[type]
}

/** Types of this importance are let go only when nothing else is left. */
export const LAST_TO_GO = 1
