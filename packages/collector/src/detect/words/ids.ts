declare const of: unique symbol

/**
 * Ids are numbers to the machine and apart to the compiler: a practice does not pass for a machine, nor a fact for its
 * slot. They cost nothing when the program runs. Observations bring plain numbers, which the intake checks before it calls
 * them ids; findings and the registry give ids, which are plain numbers to whoever reads them.
 */
export type MachineId = number & { readonly [of]: 'machine' }
/** A practice. */
export type SiteId = number & { readonly [of]: 'site' }
export type RegionId = number & { readonly [of]: 'region' }
/** A component's version, a product or a model, as the registry numbers them. */
export type FactId = number & { readonly [of]: 'fact' }
/** The room that a fact has in the counts, while any machine has it. */
export type Slot = number & { readonly [of]: 'slot' }

/** Where the region is not known. */
export const NO_REGION = 0 as RegionId

/** Whether the number can be an id: an index into arrays of machines, practices or facts. */
export function isId<Id extends MachineId | SiteId | RegionId | FactId>(value: number): value is Id {
  return Number.isSafeInteger(value) && value >= 0 && value < 2 ** 30
}

/** Ids in four bytes each. */
export interface Ids<Id extends number> extends Iterable<Id> {
  readonly length: number
  readonly [index: number]: Id
  includes(id: Id): boolean
  indexOf(id: Id): number
  forEach(visit: (id: Id, index: number) => void): void
}

export function ids<Id extends number>(list: readonly Id[]): Ids<Id> {
  return Int32Array.from(list) as Iterable<number> as Ids<Id>
}
