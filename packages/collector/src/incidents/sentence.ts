import type { ComponentRef } from '@pumphandle/shared/api'
import { SECOND } from '@pumphandle/shared/time'
import { componentWords, count, counted, durationInWords } from '@pumphandle/shared/words'
import type { Assessment, Failure } from '../detect/index.ts'

/** Assessments hold shares of machines. */
const n = (value: number): string => count(Math.round(value))
const machines = (value: number): string => counted(Math.round(value), 'machine')

/**
 * The finding for a manager: "1,204 machines received Falcon channel file 291 of 04:09 UTC on 19 July 2024; 311 of them
 * crashed or vanished, half of them within 1 minute. Of 3,310 comparable machines without it, 2 did."
 */
export function sentence(assessment: Assessment, cause: ComponentRef, partner: ComponentRef | null): string {
  const { exposed, comparable } = assessment.table
  const verb = cause.kind === 'content' || cause.kind === 'os' ? 'received' : cause.kind === 'model' ? 'are of' : 'have'
  const both = partner ? ` together with ${componentWords(partner)}` : ''
  const soon =
    assessment.medianSecondsAfterExposure === null
      ? ''
      : `, half of them within ${durationInWords(Math.max(1, assessment.medianSecondsAfterExposure) * SECOND)}`
  const rest =
    comparable.machines > 0
      ? `Of ${n(comparable.machines)} comparable machines without it, ${comparable.failed === 0 ? 'none' : n(comparable.failed)} did.`
      : 'There is no machine without it to compare with; the time since its arrival tells.'
  const place = isOfOnePlace(assessment) ? ` ${ONE_PLACE}` : ''
  return `${machines(exposed.machines)} ${verb} ${componentWords(cause)}${both}; ${n(exposed.failed)} of them ${failedHow(assessment)}${soon}. ${rest}${place}`
}

/** Whether all that is known lies in one practice: it may be the version, or something of that place alone. */
export function isOfOnePlace({ practices, failures }: Assessment): boolean {
  return practices === 1 && failures > 0
}

const IN_ONE_PLACE = ' in one practice'
/** Last in the sentence, so that it goes with the comparison where only a part of the machines is told of. */
const ONE_PLACE = 'All that failed are in one practice; it is seen nowhere else yet.'

/**
 * The same finding with the numbers of now: an incident grows after it was judged, and says one number everywhere. How fast
 * they failed is left to the pictures, which know of all of them.
 */
export function withCounts(told: string, exposed: number, failed: number): string {
  return withoutPace(told)
    .replace(/^[\d,]+ machines?(?= )/, machines(exposed))
    .replace(/; [\d,]+ of them /, `; ${n(failed)} of them `)
}

export const withoutPace = (told: string): string => told.replace(/, half of them within [^.]+/, '')

/** The same of some of its machines, without what the others are compared with: that is of the whole fleet. */
export function sentenceOfPart(told: string, exposed: number, failed: number): string {
  return withCounts(told, exposed, failed).replace(
    / (?:Of [\d,]+ comparable machines|There is no machine without it).*$/,
    '',
  )
}

const VANISH = 'makes machines vanish'
/** Machines that crash vanish too, so that it stands for both. */
const CRASH = 'is crashing machines'
export const STOPS_PROTECTION = 'stops its own protection'
export const BREAKS_APPS = 'makes applications crash'
export const KEEPS_FROM_STARTING = 'keeps machines from starting'

/**
 * What the incident is called: short enough for a list and a text message.
 * @param crashed whether any of its machines is known to have crashed, not only to have fallen silent
 */
export function title(
  assessment: Assessment,
  cause: ComponentRef,
  partner: ComponentRef | null,
  crashed: boolean,
): string {
  const both = partner ? ` with ${componentWords(partner)}` : ''
  const what = doingWhat(assessment)
  const place = isOfOnePlace(assessment) ? IN_ONE_PLACE : ''
  return `${capital(componentWords(cause))}${both} ${crashed && what === VANISH ? CRASH : what}${place}`
}

/** Whether the failure is a blue screen that was reported. */
export function isReportedCrash({ crashKind }: Failure): boolean {
  return crashKind === 'bugcheck'
}

/** A title once a machine's blue screen is reported. */
export function titleOnceCrashed(before: string): string {
  return before.replace(new RegExp(`${VANISH}(?=$|${IN_ONE_PLACE}$)`), CRASH)
}

function failedHow(assessment: Assessment): string {
  const failureClass = assessment.strength.failureClass
  if (failureClass === 'service') return 'lost their sensor’s service'
  if (failureClass === 'app') return 'had an application crash'
  if (failureClass === 'no-return' || failureClass === 'absent') return 'did not come back from a restart'
  if (failureClass === 'reported') return 'show a blue screen, as people there say'
  return 'crashed or vanished'
}

function doingWhat(assessment: Assessment): string {
  const failureClass = assessment.strength.failureClass
  if (failureClass === 'service') return STOPS_PROTECTION
  if (failureClass === 'app') return BREAKS_APPS
  if (failureClass === 'no-return' || failureClass === 'absent') return KEEPS_FROM_STARTING
  if (failureClass === 'loss' || failureClass === 'site') return VANISH
  return CRASH
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
