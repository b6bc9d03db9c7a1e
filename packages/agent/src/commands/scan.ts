import { SettingsError } from '../config/settings.ts'
import { plainSealer, readSecrets, readSettings } from '../config/settings-file.ts'
import { enrolTransient } from '../run/enrolment.ts'
import { readFirstSight } from '../run/first-sight.ts'
import { type Identity, readyIdentity } from '../run/identity.ts'
import { type ConnectionOptions, withOptions } from '../run/options.ts'
import { readSurroundings, type Surroundings } from '../run/surroundings.ts'
import { createVolumeObserver } from '../run/volume-observer.ts'
import { type ScanResult, scanVolume } from '../scan.ts'
import { AGENT_VERSION } from '../version.ts'
import { type ComputerMarks, computerMarks } from '../volume/fingerprint.ts'
import { Volume } from '../volume/volume.ts'
import type { ScanFlags } from './index.ts'
import { sendScan } from './send-scan.ts'

/** `scan`: reads a volume, prints what it tells, and reports it where that is asked for. */
export async function runScan(options: ConnectionOptions, flags: ScanFlags): Promise<void> {
  const around = readSurroundings(options)
  const { live } = around
  const facts = await scanVolume(around.volume, live ? { live: live.liveRegistry() } : {})
  if (flags.json) console.log(JSON.stringify(facts, null, 2))
  else printFacts(facts)
  if (flags.send) {
    const identity = await reporterOf(around, options, flags, facts)
    const observer = createVolumeObserver(around.volume, live && (() => live.liveRegistry()), () =>
      live?.systemChannel(around.volume),
    )
    const dataFolder = live && around.dataFolder
    const first = readFirstSight({
      volume: around.volume,
      isLive: live !== undefined,
      startedAt: 0,
      now: 0,
      dataFolder,
    })
    const computerName = flags.name ?? facts.computerName ?? first.computerName
    const count = await sendScan(identity, { ...first, computerName }, observer, around)
    console.error(`The collector has stored ${count} events for machine ${identity.stored.machine}.`)
  }
}

/** A few lines for a person beside the machine. */
function printFacts(facts: ScanResult): void {
  console.log(`${facts.computerName ?? 'unknown computer'}: ${facts.osName ?? 'Windows'} ${facts.os ?? ''}`.trim())
  const last = facts.boots.at(-1)
  if (last) {
    const { startedAt, clockSaid, previous } = last
    const at =
      clockSaid === undefined ? startedAt : `${startedAt} or later (its clock, which was lost, said ${clockSaid})`
    console.log(
      `Last start ${at}, the one before ended: ${previous.end}${previous.reason ? `, ${previous.reason}` : ''}`,
    )
  }
  for (const loop of facts.bootLoops) console.log(`Boot loop: ${loop.boots} starts from ${loop.since} to ${loop.until}`)
  for (const crash of facts.crashes.slice(-10)) {
    const what = [crash.stopCode, crash.stopName, crash.process].filter(Boolean).join(' ')
    const why = crash.culprit ? `; at fault: ${crash.culprit.driver} (${crash.culprit.reason})` : ''
    console.log(`Crash ${crash.at} ${crash.kind} ${what}${why}`)
  }
  for (const { kind, name, version } of facts.components) console.log(`${kind}:${name}@${version}`)
  for (const { message, where } of facts.problems) console.log(`Not read: ${where}: ${message}`)
}

/**
 * Who the scan is reported as: this machine itself where its running Windows was scanned; else an unmanaged machine of the
 * disk's name, or with `--as-itself` the machine that the disk belongs to, by its fingerprint.
 */
async function reporterOf(
  around: Surroundings,
  options: ConnectionOptions,
  flags: ScanFlags,
  facts: ScanResult,
): Promise<Identity> {
  const stored = readSettings(around.dataFolder)
  const own = around.live && readyIdentity(around.dataFolder, stored, around.sealer)
  if (own) return own
  const before = stored && around.windows ? readSecrets(stored, around.sealer()) : readSecrets(stored, plainSealer)
  const { settings, secrets } = withOptions(stored ?? {}, () => before, options)
  const { collectorUrl } = settings
  if (collectorUrl === undefined || secrets?.enrolmentToken === undefined)
    throw new SettingsError('To report a disk, give --collector https://… and --token (an enrolment token).')
  const marks = flags.asItself ? marksOfDisk(around.volume) : undefined
  if (marks && marks.fingerprint === undefined)
    throw new SettingsError('The disk does not tell which machine it is (no machine GUID): leave --as-itself out.')
  return enrolTransient(around, { ...settings, collectorUrl }, secrets, {
    computerName: flags.name ?? facts.computerName ?? 'unknown',
    agentVersion: AGENT_VERSION,
    ...(marks === undefined ? { unmanaged: true } : { ...marks, onBehalf: true }),
  })
}

/** The same hashes as the machine's own agent makes, from the disk's registry. */
function marksOfDisk(folder: string): ComputerMarks {
  const volume = new Volume(folder)
  const marks = computerMarks(volume.registry('SOFTWARE'), volume.registry('SYSTEM'))
  volume.close()
  return marks
}
