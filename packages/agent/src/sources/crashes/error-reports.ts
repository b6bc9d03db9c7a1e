import type { EventRecord } from '../../formats/evtx/event.ts'
import { fieldOf, timeOf } from '../../formats/evtx/event-fields.ts'
import type { DumpFile } from '../../volume/dump-files.ts'
import type { LogHistory } from '../../volume/history.ts'
import type { LoggedBugcheck, Trail } from '../boots/trail.ts'

/**
 * Blue screens that Windows Error Reporting alone tells of: event 1001 of the Application log, named BlueScreen, with stop code
 * and parameters as P1 to P5 in hexadecimal. It is written in the session after the crash, and again for each step of the
 * report. Where the System log has that session and says only that the end before it was unclean, the report is put there.
 *
 * @returns those of which the System log has nothing any more, or never had
 */
export function addErrorReports(
  trails: readonly Trail[],
  application: Pick<LogHistory, 'events'>,
  dumps: readonly DumpFile[],
): LoggedBugcheck[] {
  const known = new Set([
    ...trails.flatMap(({ aboutPrevious }) => aboutPrevious.bugchecks.map(keyOf)),
    ...dumps.map(({ header }) =>
      keyOf({ stopCode: hex(BigInt(header.stopCode)), parameters: header.parameters.map(hex) }),
    ),
  ])
  const alone: LoggedBugcheck[] = []
  for (const event of application.events) {
    const report = toReport(event)
    if (!report || known.has(keyOf(report))) continue
    known.add(keyOf(report))
    const session = trails.findLast(({ start }) => start !== undefined && start.startedAt <= report.loggedAt)
    if (!session) alone.push(report)
    else if (session.aboutPrevious.unclean && session.aboutPrevious.bugchecks.length === 0)
      session.aboutPrevious.bugchecks.push(report)
  }
  return alone
}

function toReport(event: EventRecord): LoggedBugcheck | undefined {
  if (!/^windows error reporting$/i.test(event.provider)) return undefined
  const field = (name: string, index: number): string => (fieldOf(event, name) ?? fieldOf(event, index) ?? '').trim()
  if (!/^BlueScreen$/i.test(field('EventName', 2))) return undefined
  const numbers = [1, 2, 3, 4, 5].map((number) => field(`P${number}`, 4 + number))
  if (!numbers.every((text) => /^[0-9a-f]{1,16}$/i.test(text))) return undefined
  const [stopCode = '0x0', ...parameters] = numbers.map((text) => hex(BigInt(`0x${text}`)))
  const dump = /[^\\;\s]+\.dmp\b/i.exec(field('AttachedFiles', 15))?.[0]
  return { loggedAt: timeOf(event), stopCode, parameters, ...(dump ? { dump } : {}), source: 'log-wer' }
}

function keyOf({ stopCode, parameters }: Pick<LoggedBugcheck, 'stopCode' | 'parameters'>): string {
  return [stopCode, ...parameters].join(' ')
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`
}
