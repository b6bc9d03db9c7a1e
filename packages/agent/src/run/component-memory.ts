import { createHash } from 'node:crypto'
import type { Component, ComponentKind, EventOf } from '@pumphandle/shared/wire'

/** Where the spool remembers the components as they were last reported. */
export const COMPONENTS = 'components'

/** What is remembered of a component: its version, and how often it changed, which makes the next change's id. */
interface Known {
  version: string | undefined
  changes: number
}
export type KnownComponents = Record<string, Known>

/**
 * What changed since the components were last remembered. The first time there is nothing to compare with: the inventory
 * says what is there. A component of a kind that was read in full and is not listed any more has gone.
 *
 * An id is made from the component, its versions and the count of its changes, not from the time at which the change was
 * noticed: after a power cut between noticing and remembering, the same change gets the same id.
 */
export function changesSince(
  known: KnownComponents | undefined,
  components: readonly Component[],
  complete: readonly ComponentKind[],
  now: number,
): { events: EventOf<'component-changed'>[]; known: KnownComponents } {
  const events: EventOf<'component-changed'>[] = []
  const next: KnownComponents = { ...known }
  function changed(kind: ComponentKind, name: string, version: string | undefined, component?: Component): void {
    const key = `${kind}:${name}`
    const before = next[key]
    if (before?.version === version) return
    const changes = (before?.changes ?? 0) + 1
    next[key] = { version, changes }
    if (known === undefined) return
    const at = component?.arrivedAt !== undefined && component.arrivedAt <= now ? component.arrivedAt : now
    events.push({
      id: changeId(key, version, before?.version, changes),
      at,
      type: 'component-changed',
      kind,
      name,
      ...(version !== undefined && { version }),
      ...(before?.version !== undefined && { previousVersion: before.version }),
      ...(component?.detail && { detail: component.detail }),
    })
  }
  for (const component of components) changed(component.kind, component.name, component.version, component)
  const present = new Set(components.map(({ kind, name }) => `${kind}:${name}`))
  for (const key of Object.keys(next)) {
    const kind = key.slice(0, key.indexOf(':')) as ComponentKind
    if (complete.includes(kind) && !present.has(key)) changed(kind, key.slice(kind.length + 1), undefined)
  }
  return { events, known: next }
}

function changeId(key: string, version: string | undefined, previous: string | undefined, changes: number): string {
  const text = JSON.stringify([key, version, previous, changes])
  return `change:${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
}
