/** A volume's programs, drivers and content files that facts come from: 1,000 on a full one. Some 200 bytes each. */
const MAX_FILES = 2000

/**
 * What files told, for as long as their size and time stay the same. Folders are listed far more often than their files
 * change, and on Windows each opening of a file passes through the security sensors that are watched here.
 */
export class FileMemory {
  readonly #kept = new Map<string, { size: number; modifiedAt: number; fact: unknown }>()

  /**
   * The fact under `name`, found out only where the file has changed since. Nothing found is not kept: the file may be in
   * the middle of being written, in the same millisecond.
   */
  of<Fact>(
    name: string,
    { size, modifiedAt }: { size: number; modifiedAt: number },
    find: () => Fact | undefined,
  ): Fact | undefined {
    const kept = this.#kept.get(name)
    if (kept?.size === size && kept.modifiedAt === modifiedAt) return kept.fact as Fact
    const fact = find()
    this.#kept.delete(name)
    if (fact === undefined) return undefined
    const [oldest] = this.#kept.keys()
    if (oldest !== undefined && this.#kept.size >= MAX_FILES) this.#kept.delete(oldest)
    this.#kept.set(name, { size, modifiedAt, fact })
    return fact
  }
}
