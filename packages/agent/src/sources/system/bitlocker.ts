import type { EventRecord } from '../../formats/evtx/event.ts'
import { fieldOf, timeOf } from '../../formats/evtx/event-fields.ts'
import { numberValue } from '../../formats/regf/registry.ts'
import type { Volume } from '../../volume/volume.ts'

// BitLocker-API's events by the messages of fveapi.dll, in which the third field is the drive's letter.

/** Encryption was begun, or begun again. */
const ENCRYPTS = new Set([768, 772])
/** Decryption was begun; the drive was reverted to an unprotected state. */
const DECRYPTS = new Set([770, 778])
const KEY_MADE = 775
/** The recovery key is in Active Directory already, was backed up to it, or to Entra ID. */
const BACKED_UP = new Set([783, 784, 845])
const NOT_BACKED_UP = new Set([785, 846])

/**
 * BitLocker on the system drive: the boot loader passes `FVEBOOT=…` to the kernel when it unlocked the drive
 * (Kernel-Boot 27, LoadOptions; empty where fast start-up resumed it), else the status that BitLocker's driver keeps
 * (`BitLockerStatus\\BootStatus`, one source). What was begun since comes before both.
 */
export function isEncrypted(volume: Volume): boolean | undefined {
  const start = volume
    .history()
    .system()
    .events.filter(({ eventId, provider }) => eventId === 27 && /kernel-boot$/i.test(provider))
    .findLast((event) => (fieldOf(event, 'LoadOptions') ?? '').trim() !== '')
  const startedAt = start ? timeOf(start) : 0
  const change = ofSystemDrive(volume).findLast(
    (event) => (ENCRYPTS.has(event.eventId) || DECRYPTS.has(event.eventId)) && timeOf(event) > startedAt,
  )
  if (change) return ENCRYPTS.has(change.eventId)
  if (start) return /\bFVEBOOT=/i.test(fieldOf(start, 'LoadOptions') ?? '')
  const status = numberValue(volume.controlSet()?.key('Control\\BitLockerStatus'), 'BootStatus')
  return status === undefined ? undefined : status !== 0
}

/**
 * Backed up to Entra ID or Active Directory, and not followed by a new key that could not be; or policy makes the latter a
 * condition of encrypting at all (`OSRequireActiveDirectoryBackup`). Otherwise unknown: absence of proof is not proof.
 */
export function isEscrowed(volume: Volume): boolean | undefined {
  const events = ofSystemDrive(volume)
  const last = events.findLastIndex(({ eventId }) => BACKED_UP.has(eventId))
  const since = events.slice(last + 1)
  const made = since.findIndex(({ eventId }) => eventId === KEY_MADE)
  const hasFailed = made >= 0 && since.slice(made).some(({ eventId }) => NOT_BACKED_UP.has(eventId))
  if (last >= 0 && !hasFailed) return true
  const policy = volume.registry('SOFTWARE')?.key('Policies\\Microsoft\\FVE')
  const isRequired = numberValue(policy, 'OSRequireActiveDirectoryBackup') === 1
  return isRequired && numberValue(policy, 'OSActiveDirectoryBackup') === 1 ? true : undefined
}

/** Other drives are encrypted, and have keys, of their own. */
function ofSystemDrive(volume: Volume): EventRecord[] {
  const drive = volume.systemDrive()
  return volume
    .history()
    .bitlocker()
    .events.filter((event) => {
      const named = fieldOf(event, 'VolumeMountPoint')?.trim().slice(0, drive.length)
      return !named || named.toUpperCase() === drive
    })
}
