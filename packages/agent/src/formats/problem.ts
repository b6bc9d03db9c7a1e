/** One thing that could not be read, in words that a technician can act on. `where` names the file and place. */
export interface Problem {
  /** Stable kebab-case name, for example `evtx-chunk-damaged`. */
  code: string
  message: string
  where: string
}

/** A log of 20 MB that is damaged throughout has 320 chunks; more than this many lines tell nobody anything new. */
const MAX_PROBLEMS = 100
/** One kind of damage must not hide the others. */
const MAX_OF_A_KIND = 20

/** Collects problems up to MAX_PROBLEMS and counts the rest, so that a damaged file can never fill memory. */
export class Problems {
  readonly list: Problem[] = []
  #dropped = 0

  add(code: string, message: string, where: string): void {
    const alike = this.list.filter((problem) => problem.code === code)
    if (alike.some((problem) => problem.where === where && problem.message === message)) return
    if (alike.length < MAX_OF_A_KIND && this.list.length < MAX_PROBLEMS) this.list.push({ code, message, where })
    else this.#dropped++
  }

  /** All problems; the last one says how many more there were. */
  all(): Problem[] {
    if (this.#dropped === 0) return this.list
    const more = { code: 'more-problems', message: `${this.#dropped} more problems are not listed`, where: 'scan' }
    return [...this.list, more]
  }
}

/** The sentence of a caught value; errors of the operating system keep their code (ENOENT, EBUSY). */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
