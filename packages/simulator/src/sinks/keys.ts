import type { FleetSpec } from '../scenario/fleet.ts'
import type { Components } from '../world/components.ts'
import { driverOfFamily, SLOT } from '../world/components.ts'

const HARDWARE = new Set([SLOT.gpu, SLOT.nic, SLOT.enc, SLOT.print])

/** A component as the product names it, `kind:name@version`: products and models are facts without a version. */
export interface NamedComponent {
  readonly kind: 'product' | 'model' | 'sensor' | 'content' | 'driver' | 'os' | 'app'
  readonly name: string
  readonly version: string | null
}

/** Turns a scenario's component numbers into the product's words. */
export class ComponentNames {
  readonly #components: Components
  readonly #contentNames: ReadonlyMap<string, string>

  constructor(components: Components, spec: FleetSpec) {
    this.#components = components
    this.#contentNames = new Map(spec.stacks.map((stack) => [stack.product, stack.content_name ?? stack.product]))
  }

  named(component: number): NamedComponent {
    const slot = this.#components.slots[component]!
    const family = this.#components.families[component]!
    const version = this.#components.versions[component]!
    if (slot === SLOT.product) return { kind: 'product', name: family, version: null }
    if (slot === SLOT.hw) return { kind: 'model', name: version, version: null }
    if (slot === SLOT.content) return { kind: 'content', name: this.#contentNames.get(family) ?? family, version }
    if (HARDWARE.has(slot)) return { kind: 'driver', name: driverOfFamily(family) ?? family, version }
    return { kind: slot === SLOT.sensor ? 'sensor' : slot === SLOT.os ? 'os' : 'app', name: family, version }
  }

  /** `kind:name@version` */
  factKey(component: number): string {
    const { kind, name, version } = this.named(component)
    return version === null || version === '' ? `${kind}:${name}` : `${kind}:${name}@${version}`
  }

  /** The scenario's key of a fact, `slot:family@version`; the fact's own where no scenario component has it. */
  scenarioKey(factKey: string): string {
    const component = this.#components.keys.findIndex((_, i) => this.factKey(i) === factKey)
    return component < 0 ? factKey : this.#components.keys[component]!
  }
}

/**
 * Kernel drivers of the scenario's invented products, its clinical programs, and the component that each belongs to; real
 * ones are in the product's own tables, and hardware drivers are named by their file.
 */
export function fileOwners(spec: FleetSpec): [file: string, component: string][] {
  const drivers = spec.stacks.flatMap(({ driver, product }): [string, string][] => (driver ? [[driver, product]] : []))
  const programs = Object.keys(spec.attrs.app).map((key) => key.split('-')[0] ?? key)
  return [...drivers, ...programs.map((name): [string, string] => [`${name}.exe`, name])]
}
