import { stopCodeName } from '@pumphandle/shared/stop-codes'
import { said } from '@pumphandle/shared/words'
import type { Failure } from '../detect/index.ts'
import { stopText } from '../model/stop-code.ts'

/** How a machine failed, in words for the list of affected machines. */
export function failureReason(failure: Failure): string {
  if (failure.crashKind === 'bugcheck') {
    const name = failure.stopCode === null ? undefined : stopCodeName(failure.stopCode)
    const stop =
      failure.stopCode === null ? 'a blue screen' : `stop ${stopText(failure.stopCode)}${name ? ` ${name}` : ''}`
    return `crashed with ${stop}${failure.culprit ? ` in ${said(failure.culprit)}` : ''}`
  }
  if (failure.crashKind === 'service')
    return `its sensor’s service died${failure.culprit ? ` (${said(failure.culprit)})` : ''}`
  if (failure.crashKind !== null)
    return `${failure.culprit === null ? 'an application' : said(failure.culprit)} crashed`
  if (failure.classes.includes('service')) return 'its sensor’s service died'
  if (failure.classes.includes('no-return')) return 'said that it restarts and did not come back'
  if (failure.classes.includes('absent')) return 'did not come back when its practice did'
  if (failure.classes.includes('reported')) return 'shows a blue screen, as somebody there said'
  if (failure.classes.includes('boot')) return 'failed soon after a start'
  if (failure.classes.includes('site')) return 'vanished with its whole practice'
  return 'vanished without a goodbye'
}
