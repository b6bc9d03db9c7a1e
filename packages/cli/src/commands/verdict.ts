import type { VerdictDetail, VersionVerdict } from '@pumphandle/shared/api'
import { ApiProblem } from '@pumphandle/shared/client'
import { SECOND } from '@pumphandle/shared/time'
import { Command, InvalidArgumentError } from 'commander'
import { CliError, EXIT } from '../exit-codes.ts'
import { type Column, type Format, formatOption, formatRecord, formatRows } from '../output/format.ts'
import { allPages } from '../output/pages.ts'
import { isoTime } from '../output/time.ts'
import type { Open, Outcome, Session } from '../session.ts'
import { duration, pause } from '../waits.ts'
import { whole } from '../whole.ts'

/** What the command ends with; docs/cli.md lists them. */
const ENDS = { good: 0, bad: 1, unknown: 2 } as const
/** How often a wait asks again: a verdict moves within a minute. */
const ASK_EVERY_MS = 30 * SECOND

interface Options {
  readonly output: Format
  readonly atMost?: number
  readonly wait?: number
  readonly limit: number
}

export function verdict(open: Open, outcome: Outcome): Command {
  return new Command('verdict')
    .description(
      'what can be said of a version, so that a script can hold a roll-out; without one: of all, worst first',
    )
    .argument('[version]', 'kind:name@version, such as sensor:falcon@7.17')
    .option('--at-most <rate>', 'the most crashes that are good enough, such as 1/1000h', rate)
    .option('--wait <time>', 'wait so long for an answer, such as 4h or 30m', duration)
    .option('--limit <n>', 'rows, without a version', whole, 50)
    .addOption(formatOption())
    .addHelpText(
      'after',
      `
Ends with 0 where the version is good, 1 where it is bad, 2 where that is not known yet; 3 and 4 where it could not be asked.

Example:
  pumphandle verdict sensor:falcon@7.17 --at-most 1/1000h --wait 4h`,
    )
    .action(async (version: string | undefined, options: Options) => {
      const session = open()
      if (version === undefined) return list(session, options)
      const detail = await waited(session, version, options)
      outcome.code = ENDS[detail.answer]
      session.print(formatRecord(options.output, detail, lines(detail)))
    })
}

async function list(session: Session, { output, limit }: Options): Promise<void> {
  const { items } = await allPages<VersionVerdict>(limit, (cursor, most) =>
    session.client.call('verdicts', { query: { cursor, limit: most } }),
  )
  session.print(formatRows(output, items, COLUMNS, session.width))
}

/** Asks until there is an answer or the time is over. */
async function waited(session: Session, component: string, { atMost, wait = 0 }: Options): Promise<VerdictDetail> {
  const until = session.clock.now() + wait
  for (;;) {
    const detail = await asked(session, component, atMost)
    const left = until - session.clock.now()
    if (detail.answer !== 'unknown' || left <= 0 || session.signal?.aborted) return detail
    await pause(session, Math.min(left, ASK_EVERY_MS))
  }
}

/** A refusal must not be taken for a verdict. */
async function asked(session: Session, component: string, atMost: number | undefined): Promise<VerdictDetail> {
  try {
    return await session.client.call('verdict', { path: { component }, query: { atMost } })
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.problem.status === 404) throw error
    throw new CliError(`The collector gave no verdict: ${error.message}`, EXIT.unreachable)
  }
}

function lines({ answer, because, verdict: v, changes }: VerdictDetail): [string, string | number | null][] {
  return [
    ['Version', v.component.key],
    ['Answer', `${answer === 'unknown' ? 'not known yet' : answer}. ${because}`],
    ['Verdict', `${v.word} since ${isoTime(v.wordSince)}`],
    ['Known', v.sentence],
    ['To say more', v.needed],
    ['Incident', v.incident],
    ...changes.map((c): [string, string] => [isoTime(c.at), `${c.from} -> ${c.to}`]),
  ]
}

const COLUMNS: readonly Column<VersionVerdict>[] = [
  { head: 'VERDICT', cell: (v) => v.word },
  { head: 'VERSION', cell: (v) => v.component.key },
  { head: 'MACHINES', cell: (v) => v.machines },
  { head: 'HOURS', cell: (v) => Math.round(v.machineHours) },
  { head: 'CRASHES', cell: (v) => v.failures.crash },
  { head: 'KNOWN', cell: (v) => v.sentence, narrow: 'omit' },
]

/** "1/1000h": crashes a machine-hour. */
function rate(text: string): number {
  const [, count = '', hours = ''] = /^(\d+(?:\.\d+)?)\s*\/\s*(\d+(?:\.\d+)?)\s*h$/.exec(text) ?? []
  const value = Number(count) / Number(hours)
  if (!(value > 0 && value <= 1))
    throw new InvalidArgumentError('Write crashes by machine-hours, such as 1/1000h; at most one an hour.')
  return value
}
