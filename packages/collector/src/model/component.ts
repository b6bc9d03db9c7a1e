import type { ComponentKind } from '@pumphandle/shared/words'

/** A component version by its name. */
export interface ComponentName {
  readonly kind: ComponentKind
  readonly name: string
  readonly version: string
}

/** One that has a row in the store. */
export interface KnownComponent extends ComponentName {
  readonly id: number
}

/** `kind:name@version`, as people and the detector write it. */
export function componentKey({ kind, name, version }: { kind: string; name: string; version: string }): string {
  return `${kind}:${name}@${version}`
}

/** A component version that came to or left a machine. */
export interface ComponentChange {
  readonly machineId: number
  readonly component: KnownComponent
  /** `present`: found by an inventory, and there since before anyone looked. */
  readonly change: 'present' | 'arrived' | 'removed'
  readonly at: number
}
