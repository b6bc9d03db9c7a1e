import type { Problem } from './formats/problem.ts'
import type { Boot, BootLoop } from './sources/boots/boot.ts'
import { findBootLoops } from './sources/boots/loops.ts'
import { readStarts } from './sources/boots/starts.ts'
import type { ComponentFact } from './sources/component.ts'
import type { Crash } from './sources/crashes/crash.ts'
import { defender } from './sources/sensors/defender.ts'
import { readComputerName } from './sources/system/identity.ts'
import { readOs } from './sources/system/os.ts'
import { type LiveRegistry, Volume } from './volume/volume.ts'

export interface ScanOptions {
  /** The registry of the running Windows, where the volume is its own. */
  live?: LiveRegistry
}

/** Everything that a volume tells, as `scan --json` prints it. Names of people and their folders are not in it. */
export interface ScanResult {
  computerName: string | null
  os: string | null
  osName: string | null
  boots: Boot[]
  bootLoops: BootLoop[]
  crashes: Crash[]
  components: ComponentFact[]
  problems: Problem[]
}

/**
 * Reads all facts of a Windows volume. Damage ends in `problems`, never in an exception.
 *
 * @param dir the folder that holds `Windows`, e.g. `C:\` or where a dead machine's disk is mounted
 */
export async function scanVolume(dir: string, options: ScanOptions = {}): Promise<ScanResult> {
  const volume = new Volume(dir, options.live)
  try {
    const starts = readStarts(volume, 'all')
    const os = readOs(volume)
    const components = [...(os.facts.component ? [os.facts.component] : []), ...defender.read(volume)]
    return {
      computerName: readComputerName(volume),
      os: os.facts.version,
      osName: os.facts.name,
      boots: starts.facts.boots,
      bootLoops: findBootLoops(starts.facts.boots),
      crashes: starts.facts.crashes,
      components,
      problems: [...starts.problems, ...os.problems, ...volume.allProblems()],
    }
  } finally {
    volume.close()
  }
}
