import { FACT_KINDS, type FactKind } from '@pumphandle/shared/words'
import type { FactId } from './ids.ts'

export interface Fact {
  readonly id: FactId
  /** `kind:name@version`, for products and models `kind:name`. */
  readonly key: string
  readonly kind: FactKind
  /** `kind:name`, shared by all versions of one component. */
  readonly name: string
}

/** Files whose owner is remembered: a fleet's third-party drivers, several times over. */
const MOST_OWNERS = 20_000

/** Dense ids for facts. The caller keeps it, in the order of first sight, and hands it to the detector. */
export class FactRegistry {
  readonly #facts: Fact[] = []
  readonly #ids = new Map<string, FactId>()
  readonly #owners = new Map<string, string | undefined>()
  readonly #doubts = new Map<string, number>()
  #failsElsewhere: ReadonlySet<string> = new Set()
  #ownerOf: (file: string) => string | undefined = () => undefined
  readonly #versions = new Map<string, FactId[]>()

  get size(): number {
    return this.#facts.length
  }

  /**
   * The id of `kind:name@version`, made on first sight.
   * @throws RangeError when the kind is none of {@link FACT_KINDS} or the name is empty.
   */
  intern(key: string): FactId {
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const colon = key.indexOf(':')
    const kind = key.slice(0, Math.max(0, colon))
    if (!isFactKind(kind))
      throw new RangeError(`"${key}" has no known kind; write one of ${FACT_KINDS.join(', ')}:name@version`)
    const at = key.lastIndexOf('@')
    const name = kind === 'product' || kind === 'model' || at < 0 ? key : key.slice(0, at)
    if (name.length === colon + 1) throw new RangeError(`"${key}" has no name; write kind:name@version`)
    const id = this.#facts.length as FactId
    this.#facts.push({ id, key, kind, name })
    this.#ids.set(key, id)
    const versions = this.#versions.get(name)
    if (versions) versions.push(id)
    else this.#versions.set(name, [id])
    return id
  }

  find(key: string): FactId | undefined {
    return this.#ids.get(key)
  }

  /** @throws RangeError for an id that this registry did not give. */
  get(id: number): Fact {
    const fact = this.#facts[id]
    if (!fact) throw new RangeError(`No fact has the id ${id}; ids run from 0 to ${this.#facts.length - 1}`)
    return fact
  }

  /** All versions of a component, `kind:name`. */
  versionsOf(component: string): readonly FactId[] {
    return this.#versions.get(component) ?? []
  }

  /** All versions of the fact's component, itself among them. */
  namesakes(id: FactId): readonly FactId[] {
    return this.#versions.get(this.get(id).name) ?? []
  }

  /**
   * Says that a driver's or a program's file belongs to a component, as `csagent.sys` to `sensor:Falcon`; then a crash blamed on the file
   * speaks for versions of that component, of content and product of the same name too. Without it, a file owns itself
   * (`driver:csagent.sys`).
   * @param file its name, in any case
   * @param component the component's bare name, without its kind (`Falcon`)
   */
  declareFile(file: string, component: string): void {
    this.#owners.set(file.toLowerCase(), component.toLowerCase())
  }

  /**
   * Says which component any driver's or program's file belongs to; what {@link declareFile} says of a file goes before it.
   * @param ownerOf the component's bare name for a file name in lower case; asked once for each file
   */
  declareOwners(ownerOf: (file: string) => string | undefined): void {
    this.#ownerOf = ownerOf
  }

  /**
   * Says that versions of a component (`sensor:falcon`) were blamed wrongly before, so that they need more evidence.
   * @param factor how many times as small the chance must be; 1 for none
   */
  declareDoubt(component: string, factor: number): void {
    this.#doubts.set(component, factor)
  }

  /** How many times as small a chance must be to raise this fact. */
  doubt(id: number): number {
    return this.#doubts.get(this.get(id).name) ?? 1
  }

  /**
   * Says which versions other organisations see fail: all of them, anew each time. It opens nothing by itself: see
   * `suspects/elsewhere.ts` for what it weighs.
   * @param keys `kind:name@version`; what the fleet does not have may be among them
   */
  declareFailsElsewhere(keys: Iterable<string>): void {
    this.#failsElsewhere = new Set(keys)
  }

  failsElsewhere(id: FactId): boolean {
    return this.#failsElsewhere.size > 0 && this.#failsElsewhere.has(this.get(id).key)
  }

  /** Whether a crash blamed on this file speaks for the fact. */
  owns(id: number, file: string): boolean {
    const wanted = file.toLowerCase()
    return this.#bare(id) === wanted || this.#family(id) === this.#owner(wanted)
  }

  /** Whether `id` is the product of which `version` is a version of the sensor or of content. */
  isProductOf(id: FactId, version: FactId): boolean {
    return id !== version && this.get(id).kind === 'product' && this.#bare(id) === this.#family(version)
  }

  /** The component's name without its kind, in lower case. */
  #bare(id: number): string {
    const { name } = this.get(id)
    return name.slice(name.indexOf(':') + 1).toLowerCase()
  }

  /** The bare name of the product: content `falcon/291` is of `falcon`. */
  #family(id: number): string {
    return this.#bare(id).split('/')[0] ?? ''
  }

  #owner(file: string): string | undefined {
    if (this.#owners.has(file)) return this.#owners.get(file)
    const owner = this.#ownerOf(file)?.toLowerCase()
    // one machine may blame another file each time
    if (this.#owners.size < MOST_OWNERS) this.#owners.set(file, owner)
    return owner
  }
}

function isFactKind(text: string): text is FactKind {
  return (FACT_KINDS as readonly string[]).includes(text)
}
