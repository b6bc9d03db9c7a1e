import { systemClock as clock } from '@pumphandle/shared/clock'
import { readSecrets, readSettings } from '../config/settings-file.ts'
import type { Check, Finding, Patient } from '../doctor/check.ts'
import { COLLECTOR_CHECKS } from '../doctor/collector-checks.ts'
import { explain } from '../doctor/explain.ts'
import { SETTINGS_CHECKS } from '../doctor/settings-checks.ts'
import { VOLUME_CHECKS } from '../doctor/volume-checks.ts'
import { WINDOWS_CHECKS } from '../doctor/windows-checks.ts'
import type { ConnectionOptions } from '../run/options.ts'
import { readSurroundings } from '../run/surroundings.ts'

const CHECKS: Check[] = [...SETTINGS_CHECKS, ...COLLECTOR_CHECKS, ...WINDOWS_CHECKS, ...VOLUME_CHECKS]
const MARK: Readonly<Record<Finding['state'], string>> = {
  ok: 'ok     ',
  wrong: 'WRONG  ',
  info: '       ',
  skipped: 'skipped',
}

/** `doctor`: runs every check, one line each, and ends with 1 where something is wrong. */
export async function runDoctor(options: ConnectionOptions & { json?: boolean }): Promise<void> {
  const around = readSurroundings(options)
  const stored = readSettings(around.dataFolder)
  const patient: Patient = { around, clock, stored, secrets: () => readSecrets(stored, around.sealer()) }
  let isWell = true
  for (const check of CHECKS) {
    const finding = await examine(check, patient)
    isWell &&= finding.state !== 'wrong'
    if (options.json) console.log(JSON.stringify({ check: check.code, ...finding }))
    else console.log(`${MARK[finding.state]}  ${check.title}: ${finding.says}`)
  }
  process.exitCode = isWell ? 0 : 1
}

async function examine(check: Check, patient: Patient): Promise<Finding> {
  try {
    return await check.look(patient)
  } catch (error) {
    return { state: 'wrong', says: explain(error, patient.stored?.caSha256 !== undefined) }
  }
}
