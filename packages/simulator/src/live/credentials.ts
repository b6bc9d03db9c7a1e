import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as z from 'zod'

/** As enrolment answers; simulated machines speak protocol 1, whose proof costs a simulator of thousands nothing. */
const Credential = z.object({ machine: z.string(), secret: z.string().optional() })
export type Credential = z.output<typeof Credential>

const File = z.object({ format: z.literal('pumphandle-simulated-fleet/1'), machines: z.array(Credential.nullable()) })

/** Ids and secrets of simulated machines, kept so that a second start is the same fleet. Readable by the owner only. */
export class Credentials {
  readonly #file: string | null
  readonly #machines: (Credential | null)[]

  private constructor(file: string | null, machines: (Credential | null)[]) {
    this.#file = file
    this.#machines = machines
  }

  /** Kept in memory only where no file is named. @throws Error when the file is there and is not ours. */
  static open(file: string | null): Credentials {
    if (file === null || !existsSync(file)) return new Credentials(file, [])
    const read = File.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    if (!read.success) throw new Error(`${file} is not a list of simulated machines; move it away and start again.`)
    return new Credentials(file, read.data.machines)
  }

  get(machine: number): Credential | undefined {
    return this.#machines[machine] ?? undefined
  }

  set(machine: number, credential: Credential): void {
    while (this.#machines.length < machine) this.#machines.push(null)
    this.#machines[machine] = credential
  }

  /** Forgets a machine that the collector does not know any more. */
  forget(machine: number): void {
    this.#machines[machine] = null
  }

  /** Writes the file whole or not at all. */
  save(): void {
    if (this.#file === null) return
    mkdirSync(dirname(this.#file), { recursive: true })
    const body = JSON.stringify({ format: 'pumphandle-simulated-fleet/1', machines: this.#machines })
    const temporary = `${this.#file}.new`
    writeFileSync(temporary, body, { mode: 0o600 })
    renameSync(temporary, this.#file)
  }
}
