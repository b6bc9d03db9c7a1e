import type { Cohort } from '@pumphandle/shared/api'
import { MINUTE } from '@pumphandle/shared/time'
import { isIll } from '@pumphandle/shared/words'
import type { CrashObservation } from '../detect/index.ts'
import type { Presence } from '../model/fleet-view.ts'
import type { IncidentRecord } from '../model/incident-record.ts'
import type { Member } from '../model/member.ts'
import { stopText } from '../model/stop-code.ts'
import { MISSING_AFTER_MS, RECOVERED_WITHOUT_SUSPECT_MS, VERIFIED_UPTIME_MS } from './limits.ts'

export interface Move {
  readonly cohort: Cohort
  readonly reason: string
}

/** Where a failure takes a machine: one that had recovered has relapsed. */
export function afterFailure(member: Member | undefined, reason: string): Move {
  const hadRecovered = member !== undefined && (member.cohort === 'recovered' || member.cohort === 'relapsed')
  return hadRecovered
    ? { cohort: 'relapsed', reason: `${reason}, after it had recovered` }
    : { cohort: 'affected', reason }
}

/** Where the suspect's coming or going takes a machine that has not failed; null where it stays. */
export function afterExposure(member: Member | undefined, exposed: boolean): Move | null {
  if (member && member.failures > 0) return null
  if (exposed) return { cohort: 'at-risk', reason: 'has the suspect and has not failed' }
  return member ? { cohort: 'cleared', reason: 'no longer has the suspect and never failed' } : null
}

/**
 * Where time takes a machine that failed. Null where it stays.
 * @param now ms epoch
 */
export function afterTime(member: Member, presence: Presence, now: number): Move | null {
  if (!isIll(member.cohort)) return null
  if (!presence.connected) {
    if (presence.saidGoodbye || member.cohort === 'missing') return null
    const silent = now - Math.max(presence.lastHeard, member.failedAt)
    return silent >= MISSING_AFTER_MS ? { cohort: 'missing', reason: 'failed and has not been seen since' } : null
  }
  const up = uptime(member, presence, now)
  const needed = member.exposed ? VERIFIED_UPTIME_MS : RECOVERED_WITHOUT_SUSPECT_MS
  if (up >= needed) {
    const why = member.exposed ? 'though it still has the suspect' : 'without the suspect'
    return { cohort: 'recovered', reason: `up for ${Math.round(up / MINUTE)} minutes ${why}` }
  }
  return member.cohort === 'missing' ? { cohort: 'affected', reason: 'back after it was missing; being watched' } : null
}

/** Whether a recovery has proved itself: this boot has run for 30 minutes since the last failure. */
export function isVerified(member: Member, presence: Presence, now: number): boolean {
  return member.cohort === 'recovered' && presence.connected && uptime(member, presence, now) >= VERIFIED_UPTIME_MS
}

/** Milliseconds that the machine has been up since its last failure. */
function uptime(member: Member, presence: Presence, now: number): number {
  return now - Math.max(presence.bootHeardAt, member.failedAt)
}

/** Whether a blue screen is of the incident's kind: it names the driver that most of them name, or where none is named, their stop code. */
export function isAsBefore(
  { explanation }: Pick<IncidentRecord, 'explanation'>,
  { culprit, stopCode }: CrashObservation,
): boolean {
  const driver = explanation?.culprits[0]?.driver
  if (culprit !== null && driver !== undefined) return culprit.toLowerCase() === driver.toLowerCase()
  return stopCode !== null && explanation?.stopCodes[0]?.code === stopText(stopCode)
}
