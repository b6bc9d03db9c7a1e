import type { ComponentColumn } from './component-column.ts'

const NONE = 0
/** Codes are 16 bits wide. */
export const MAX_VERSIONS = 0xffff

/**
 * Which version of one component's name each machine has: counting the versions of a selection is then one pass over the
 * machines, however many versions there are. Machines that have several at once are few, and counted one by one.
 */
export class VersionColumn {
  private readonly components: ComponentColumn[] = []
  private readonly codeOf = new Map<ComponentColumn, number>()
  private codes: Uint16Array
  private readonly several = new Set<number>()

  constructor(capacity: number) {
    this.codes = new Uint16Array(capacity)
  }

  /** A machine got this version; its membership says so already. */
  add(i: number, component: ComponentColumn): void {
    const code = this.codeOf.get(component) ?? this.newCode(component)
    const before = this.codes[i]
    if (before === NONE) this.codes[i] = code
    else if (before !== code) this.several.add(i)
  }

  /** A machine lost this version; its membership says so already. */
  delete(i: number, component: ComponentColumn): void {
    if (this.several.has(i)) {
      const left = this.components.filter((c) => c.machines.has(i))
      this.codes[i] = (left[0] && this.codeOf.get(left[0])) ?? NONE
      if (left.length < 2) this.several.delete(i)
    } else if (this.codes[i] === this.codeOf.get(component)) this.codes[i] = NONE
  }

  grow(capacity: number): void {
    const codes = new Uint16Array(capacity)
    codes.set(this.codes)
    this.codes = codes
  }

  /** The versions that a machine has. */
  at(i: number): ComponentColumn[] {
    if (this.several.has(i)) return this.components.filter((c) => c.machines.has(i))
    const one = this.components[(this.codes[i] ?? NONE) - 1]
    return one ? [one] : []
  }

  /** How many of these machines have each version. */
  countOf(indexes: Uint32Array): Map<ComponentColumn, number> {
    const { codes } = this
    const counts = new Uint32Array(this.components.length + 1)
    const more: number[] = []
    const { several } = this
    for (let at = 0; at < indexes.length; at++) {
      const i = indexes[at] ?? 0
      const code = codes[i] ?? NONE
      counts[code] = (counts[code] ?? 0) + 1
      if (several.size > 0 && several.has(i)) more.push(i)
    }
    const out = new Map(this.components.map((c, at) => [c, counts[at + 1] ?? 0]))
    for (const i of more) {
      for (const [component, code] of this.codeOf) {
        if (code !== codes[i] && component.machines.has(i)) out.set(component, (out.get(component) ?? 0) + 1)
      }
    }
    return out
  }

  private newCode(component: ComponentColumn): number {
    this.components.push(component)
    this.codeOf.set(component, this.components.length)
    return this.components.length
  }
}
