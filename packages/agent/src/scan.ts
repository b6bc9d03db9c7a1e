import type { Problem } from './formats/problem.ts'
import type { Boot, BootLoop } from './sources/boots/boot.ts'
import { findBootLoops } from './sources/boots/loops.ts'
import { type StartRepair, startRepairSource } from './sources/boots/start-repair.ts'
import { buildOfBoot } from './sources/builds.ts'
import type { ComponentFact } from './sources/component.ts'
import { applicationsSource } from './sources/crashes/applications.ts'
import type { Crash } from './sources/crashes/crash.ts'
import { type ServiceFailure, servicesSource } from './sources/crashes/services.ts'
import { sensorsSource } from './sources/sensors/sensors.ts'
import type { Reading, Since, Source } from './sources/source.ts'
import { startsSource } from './sources/starts/starts.ts'
import { clinicalSource } from './sources/system/clinical.ts'
import { type DiskFacts, diskSource } from './sources/system/disk.ts'
import { driversSource } from './sources/system/drivers.ts'
import { firmwareSource } from './sources/system/firmware.ts'
import { identitySource } from './sources/system/identity.ts'
import { type NetworkLossFact, networkSource } from './sources/system/network.ts'
import { osSource } from './sources/system/os.ts'
import { type Readiness, readinessSource } from './sources/system/readiness.ts'
import { type UpdateFact, updatesSource } from './sources/system/updates.ts'
import { type LiveRegistry, Volume } from './volume/volume.ts'

export interface ScanOptions {
  /** The registry of the running Windows, where the volume is its own. */
  live?: LiveRegistry
  /** Events before this are left out; milliseconds since 1970. */
  since?: number
}

/** Everything that a volume tells, as `scan --json` prints it. Names of people and their folders are not in it. */
export interface ScanResult {
  computerName: string | null
  /** Security identifier of the machine's accounts, `S-1-5-21-…`: the same disk has the same one. */
  machineSid: string | null
  /** Build and revision, e.g. `19045.4651`. */
  os: string | null
  osName: string | null
  maker: string | null
  model: string | null
  boots: Boot[]
  bootLoops: BootLoop[]
  startRepair: StartRepair | null
  /** Bugchecks, application crashes and hangs, crashes of security products' services; oldest first. */
  crashes: Crash[]
  /** Services and drivers of no security product that failed; oldest first. */
  serviceFailures: ServiceFailure[]
  components: ComponentFact[]
  updates: UpdateFact[]
  networkLosses: NetworkLossFact[]
  readiness: Readiness
  disk: DiskFacts
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
    return await scan(volume, options.since === undefined ? {} : { at: options.since })
  } finally {
    volume.close()
  }
}

/** As scanVolume, on a volume that the caller opened and closes. */
export async function scan(volume: Volume, since: Since): Promise<ScanResult> {
  const problems: Problem[] = []
  async function factsOf<Facts>(source: Source<Facts>): Promise<Facts> {
    const reading: Reading<Facts> = await source.read(volume, since)
    problems.push(...reading.problems)
    return reading.facts
  }

  if (!volume.stat('Windows/System32')?.isFolder) {
    problems.push({
      code: 'no-windows',
      message: 'There is no Windows/System32 in this folder: name the folder that holds Windows',
      where: 'volume',
    })
  }
  const identity = await factsOf(identitySource)
  const starts = await factsOf(startsSource)
  const os = await factsOf(osSource)
  const firmware = await factsOf(firmwareSource)
  const services = await factsOf(servicesSource)
  const crashes = [...starts.crashes, ...(await factsOf(applicationsSource)), ...services.crashes]
  return {
    computerName: identity.computerName,
    machineSid: identity.machineSid,
    os: os.version,
    osName: os.name,
    maker: firmware.maker,
    model: firmware.model,
    boots: withBuild(starts.boots, os.version),
    bootLoops: findBootLoops(starts.boots),
    startRepair: await factsOf(startRepairSource),
    crashes: crashes.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
    serviceFailures: services.failures,
    components: [
      ...[os.component, firmware.component].filter((component) => component !== null),
      ...(await factsOf(sensorsSource)),
      ...(await factsOf(driversSource)),
      ...(await factsOf(clinicalSource)),
    ],
    updates: await factsOf(updatesSource),
    networkLosses: await factsOf(networkSource),
    readiness: await factsOf(readinessSource),
    disk: await factsOf(diskSource),
    problems: [...problems, ...volume.allProblems()],
  }
}

/** The newest boot runs what is installed now; of the older ones only what the kernel logged is known. */
function withBuild(boots: readonly Boot[], current: string | null): Boot[] {
  return boots.map((boot, index) =>
    boot.os && index === boots.length - 1 ? { ...boot, os: buildOfBoot(boot.os, current) } : boot,
  )
}
