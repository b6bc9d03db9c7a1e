import { SLOTS, type Slot } from '../scenario/parts.ts'

/** Position of a slot in a machine's row of components. */
export const SLOT = Object.fromEntries(SLOTS.map((slot, i) => [slot, i])) as Record<Slot, number>
export const SLOT_COUNT = SLOTS.length

/** Driver files of the hardware families that scenarios use: what a crash in them blames. */
const FAMILY_DRIVERS: Readonly<Record<string, string>> = {
  igfx: 'igdkmd.sys',
  amdx: 'amdkmd.sys',
  nvx: 'nvlddm.sys',
  e1d: 'e1d.sys',
  rtl: 'rtlnic.sys',
  encfs: 'encfs.sys',
  pm: 'pmspool.sys',
}

/** The driver file of a family: its own name where it is one, none where nothing is known. */
export function driverOfFamily(family: string): string | null {
  return FAMILY_DRIVERS[family] ?? (family.endsWith('.sys') ? family : null)
}

/** Every component version of a simulated fleet, by a dense number. Keys are those of scenarios, `slot:family@version`. */
export class Components {
  readonly keys: string[] = []
  readonly slots: number[] = []
  readonly families: string[] = []
  readonly versions: string[] = []
  readonly #byKey = new Map<string, number>()

  /** The number of this version, made on first sight. A product has no version. */
  intern(slot: number, family: string, version = ''): number {
    const key = `${SLOTS[slot]}:${family}${version ? `@${version}` : ''}`
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const id = this.keys.length
    this.#byKey.set(key, id)
    this.keys.push(key)
    this.slots.push(slot)
    this.families.push(family)
    this.versions.push(version)
    return id
  }

  /** The number of `family@version` in a slot. */
  internText(slot: number, text: string): number {
    const at = text.indexOf('@')
    return at < 0 ? this.intern(slot, text) : this.intern(slot, text.slice(0, at), text.slice(at + 1))
  }
}
