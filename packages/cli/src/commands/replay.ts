import type { Replayed, ReplayedIncident } from '@pumphandle/collector/replay'
import { DAY } from '@pumphandle/shared/time'
import { Command, InvalidArgumentError } from 'commander'
import { CliError, EXIT } from '../exit-codes.ts'
import { withRecorded } from '../local.ts'
import { moment } from '../moment.ts'
import { type Column, type Format, formatOption, formatRows } from '../output/format.ts'
import { isoTime } from '../output/time.ts'
import type { Open, Session } from '../session.ts'

interface Options {
  readonly from?: number
  readonly to?: number
  readonly budget: number
  readonly data: string
  readonly output: Format
}

export function replay(open: Open): Command {
  return new Command('replay')
    .description('run the detector over what the store recorded, and list what it would have raised, and when')
    .option('--from <day>', 'from this day on, UTC (a week ago)', moment)
    .option('--to <day>', 'up to this day (now)', moment)
    .option('--budget <n>', 'false incidents a year that may be raised', budget, 1)
    .option('--data <dir>', "the collector's data folder", './data')
    .addOption(formatOption())
    .addHelpText(
      'after',
      `
Runs on the collector's own computer, also while the collector runs, and changes nothing. What is normal is learned from the
week before, as far as it was recorded; in the first ten minutes of the record nothing is raised, as after a start. Not
recorded: when the collector was away, and maintenance of then.

Example:
  pumphandle replay --from 2026-11-01 --to 2026-11-08 --budget 2 --data ./data`,
    )
    .action(async (options: Options) => {
      const session = open()
      const until = options.to ?? session.clock.now()
      const from = options.from ?? until - 7 * DAY
      if (from >= until) throw new CliError('--from must be before --to.', EXIT.usage)
      const { replayRecorded } = await import('@pumphandle/collector/replay')
      const replayed = await withRecorded(session.settings, options.data, (db) =>
        replayRecorded(db, { from, until, budget: options.budget, onProgress: progress(session) }),
      ).catch((error: unknown) => {
        if (error instanceof RangeError) throw new CliError(error.message, EXIT.notFound)
        throw error
      })
      print(session, options, replayed)
    })
}

function print(session: Session, { output }: Options, replayed: Replayed): void {
  if (output === 'json') return session.print(JSON.stringify(replayed, null, 2))
  session.print(formatRows(output, replayed.incidents, COLUMNS, session.width))
  if (output !== 'table') return
  session.print(
    `${replayed.observations} observations, learned from ${isoTime(replayed.learnedFrom)} on. Raised at the time, and not by this: ${
      replayed.missed.map(({ id, title }) => `${id} (${title})`).join(', ') || 'none'
    }.`,
  )
}

/** On a terminal, which day it is at. */
function progress({ err }: Session): ((at: number) => void) | undefined {
  if (!err.isTTY) return undefined
  let day = 0
  return (at) => {
    if (Math.floor(at / DAY) === day) return
    day = Math.floor(at / DAY)
    err.write(`${isoTime(day * DAY).slice(0, 10)}\n`)
  }
}

const COLUMNS: readonly Column<ReplayedIncident>[] = [
  { head: 'RAISED', cell: (i) => isoTime(i.raisedAt) },
  { head: 'AFTER', cell: (i) => `${Math.round((i.raisedAt - i.firstFailureAt) / 1_000)} s` },
  { head: 'CAUSE', cell: (i) => i.cause + (i.partner ? ` with ${i.partner}` : '') },
  { head: 'KNOWN', cell: (i) => i.knownAtRaise },
  { head: 'AFFECTED', cell: (i) => i.affected },
  { head: 'PRACTICES', cell: (i) => i.practices },
  { head: 'BY', cell: (i) => i.failureClass, narrow: 'omit' },
  { head: 'AT THE TIME', cell: (i) => (i.recorded === null ? 'not raised' : `incident ${i.recorded}`) },
  { head: '', cell: (i) => (i.isMerged ? 'merged' : ''), narrow: 'omit' },
]

function budget(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= 1_000)) throw new InvalidArgumentError('Write false incidents a year, 0.01 to 1000.')
  return value
}
