import { type RegistryKey, textValue } from '../formats/regf/registry.ts'
import { LOGS, type LogName, type LogPlace } from './history.ts'
import { driveOf, pathInVolume } from './paths.ts'

/** Logs that Windows has had since NT are services' settings; the others are channels. */
const CLASSIC: ReadonlySet<string> = new Set(['System', 'Application'])

/**
 * Where a log is kept by the machine's settings; undefined where it is at the default place or nothing tells. Group policy
 * comes before the administrator's choice (`Services\EventLog\<log>`, value `File`; Microsoft Learn, "Eventlog Key").
 */
export function placeOfLog(
  log: LogName,
  controlSet: RegistryKey | undefined,
  software: RegistryKey | undefined,
): LogPlace | undefined {
  const name = log.replaceAll('%4', '/')
  const file = CLASSIC.has(log)
    ? (textValue(software?.key(`Policies\\Microsoft\\Windows\\EventLog\\${name}`), 'File') ??
      textValue(controlSet?.key(`Services\\EventLog\\${name}`), 'File'))
    : textValue(software?.key(`Microsoft\\Windows\\CurrentVersion\\WINEVT\\Channels\\${name}`), 'File')
  if (!file) return undefined
  const path = pathInVolume(file)
  if (path.toLowerCase() === `${LOGS}/${log}.evtx`.toLowerCase()) return undefined
  // Windows XP and Server 2003 name their own format here
  if (/\.evt$/i.test(path)) return undefined
  const drive = driveOf(file)
  return drive === undefined || drive === systemDriveOf(software) ? { path } : { elsewhere: file }
}

/** The letter by which Windows knows the drive that it is on, such as `C:`. */
export function systemDriveOf(software: RegistryKey | undefined): string {
  return driveOf(textValue(software?.key('Microsoft\\Windows NT\\CurrentVersion'), 'SystemRoot') ?? '') ?? 'C:'
}
