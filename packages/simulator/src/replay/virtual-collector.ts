import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Context, createContext, type Overrides, readConfig } from '@pumphandle/collector'
import type { Finding } from '@pumphandle/collector/detect'
import { HEARTBEAT_SECONDS } from '@pumphandle/shared/wire'
import { type Places, practicesCsv } from '../sinks/places.ts'
import { AGENT_VERSION } from '../sinks/speech.ts'
import type { VirtualClock } from '../time/virtual-clock.ts'
import type { Fleet } from '../world/fleet.ts'

/** Linux keeps files there in memory: a replay's file need not survive anything, and its commits need not wait for a disk. */
const MEMORY_DISK = '/dev/shm'
/** A collector's file takes so many bytes a machine, events of some hours included; the memory disk must have twice that. */
const BYTES_PER_MACHINE = 12_000

/** What the collector's setting takes; a scenario may ask for more. */
const SILENCE_SECONDS = { min: 10, max: 3600 } as const

/** Machines that are enrolled in one transaction. */
const ENROL_AT_ONCE = 500

export interface VirtualCollectorOptions {
  readonly clock: VirtualClock
  readonly machines: number
  readonly heartbeatSeconds: number
  readonly silenceSeconds: number
  readonly lastHeard: NonNullable<Overrides['lastHeard']>
  readonly onFinding: (finding: Finding) => void
  /** Driver files of invented products, which the collector cannot know. */
  readonly fileOwners: readonly (readonly [file: string, component: string])[]
}

/** A real collector, with its SQLite file, that lives on a virtual clock and listens on no port. */
export class VirtualCollector {
  readonly #options: VirtualCollectorOptions
  readonly #folder: string
  #context: Context

  private constructor(options: VirtualCollectorOptions, folder: string, context: Context) {
    this.#options = options
    this.#folder = folder
    this.#context = context
    this.#prepare()
  }

  static async start(options: VirtualCollectorOptions): Promise<VirtualCollector> {
    const folder = mkdtempSync(join(placeFor(options.machines * BYTES_PER_MACHINE), 'pumphandle-replay-'))
    return new VirtualCollector(options, folder, await openContext(options, folder))
  }

  get context(): Context {
    return this.#context
  }

  /** Ends as a collector ends, and starts again from its file. */
  async restart(): Promise<void> {
    await this.#context.close()
    this.#context = await openContext(this.#options, this.#folder)
    this.#prepare()
  }

  /** Everything that was received is stored and judged. */
  async settle(): Promise<void> {
    await this.#context.ingest.flush()
  }

  async close(): Promise<void> {
    await this.#context.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** Imports practices and enrols every machine. @returns ids by machine */
  async enrol(fleet: Fleet, places: Places): Promise<string[]> {
    const { enrolment } = this.#context
    await this.#context.importPractices(practicesCsv(fleet, places), { dryRun: false, region: 'icb' })
    const token = await enrolment.createToken({
      name: 'replay',
      site: null,
      days: 1,
      maxUses: null,
      createdBy: 'simulate',
    })
    const uids: string[] = []
    while (uids.length < fleet.machines) {
      const part = Array.from(
        { length: Math.min(ENROL_AT_ONCE, fleet.machines - uids.length) },
        (_, i) => uids.length + i,
      )
      const enrolled = await Promise.all(
        part.map((machine) =>
          enrolment.enrol(token.secret, {
            computerName: places.computerName(machine),
            site: places.siteCode(fleet.siteOf[machine]!),
            agentVersion: AGENT_VERSION,
          }),
        ),
      )
      uids.push(...enrolled.map((response) => response!.machine))
    }
    return uids
  }

  #prepare(): void {
    const { detection, changes } = this.#context
    for (const [file, component] of this.#options.fileOwners) detection.facts.declareFile(file, component)
    changes.on('finding', ({ finding }) => this.#options.onFinding(finding))
  }
}

function within({ min, max }: { min: number; max: number }, value: number): number {
  return Math.min(max, Math.max(min, value))
}

/** The memory disk where there is one with room, else the usual folder for temporary files. */
function placeFor(bytes: number): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_DISK)
    if (bavail * bsize > 2 * bytes) return MEMORY_DISK
  } catch {
    // there is none on this system
  }
  return tmpdir()
}

function openContext(options: VirtualCollectorOptions, folder: string): Promise<Context> {
  const { clock, lastHeard, heartbeatSeconds, silenceSeconds } = options
  const config = readConfig({
    PUMPHANDLE_DATA: folder,
    PUMPHANDLE_LOG_LEVEL: 'silent',
    PUMPHANDLE_HEARTBEAT_SECONDS: String(within(HEARTBEAT_SECONDS, Math.round(heartbeatSeconds))),
    PUMPHANDLE_SILENCE_SECONDS: String(within(SILENCE_SECONDS, silenceSeconds)),
  })
  return createContext(config, { clock, lastHeard })
}
