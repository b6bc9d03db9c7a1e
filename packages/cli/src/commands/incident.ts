import type { IncidentDetail, Suspect } from '@pumphandle/shared/api'
import { OUTCOMES, type Outcome } from '@pumphandle/shared/words'
import { Command, InvalidArgumentError, Option } from 'commander'
import { type Column, type Format, formatOption, formatRecord, formatRows } from '../output/format.ts'
import { isoTime } from '../output/time.ts'
import type { Open } from '../session.ts'
import { whole } from '../whole.ts'
import { type Act, recordCommands, said } from './incident-record.ts'
import { recoveryCommands } from './incident-recovery.ts'

export function incident(open: Open): Command {
  const command = new Command('incident').description('one incident: read it, act on it')
  const act: Act = (name, says, example) =>
    command
      .command(name)
      .description(says)
      .argument('<id>', 'incident', whole)
      .addHelpText('after', `\nExample:\n  ${example}`)

  act('show', 'what is suspected, and why', 'pumphandle incident show 1')
    .addOption(formatOption())
    .action(async (id: number, options: { output: Format }) => {
      const session = open()
      const detail = await session.client.call('incident', { path: { id } })
      session.print(formatRecord(options.output, detail, lines(detail)))
      if (options.output === 'table') session.print(`\n${suspects(detail, session.width)}`)
    })
  act('ack', 'say that somebody is on it', 'pumphandle incident ack 1').action(async (id: number) => {
    const session = open()
    said(session, await session.client.call('acknowledge', { path: { id }, body: {} }))
  })
  act('note', 'add to its history', 'pumphandle incident note 1 "Called the vendor, reference 4711"')
    .argument('<text>', 'the note')
    .action(async (id: number, text: string) => {
      const session = open()
      const entry = await session.client.call('note', { path: { id }, body: { text } })
      session.print(`Noted at ${isoTime(entry.at)}.`)
    })
  act(
    'resolve',
    'say that it is over',
    'pumphandle incident resolve 1 --was bad-version --text "Vendor withdrew the file"',
  )
    .option('--text <text>', 'why')
    .addOption(new Option('--was <what>', 'what it was').choices([...OUTCOMES]))
    .action(async (id: number, { text, was: what }: { text?: string; was?: Outcome }) => {
      const session = open()
      said(session, await session.client.call('resolve', { path: { id }, body: { text, what } }))
    })
  recoveryCommands(act, open)
  recordCommands(act, open)
  act(
    'feedback',
    'say of one that is over whether it was right',
    'pumphandle incident feedback 1 wrong --reason "A power cut"',
  )
    .argument('<was>', 'right or wrong', judged)
    .requiredOption('--reason <text>', 'why')
    .action(async (id: number, was: 'right' | 'wrong', { reason }: { reason: string }) => {
      const session = open()
      await session.client.call('feedbackGive', { path: { id }, body: { was, reason } })
      const { right, wrong } = await session.client.call('feedback')
      session.print(`Noted. ${right} of ${right + wrong} judged incidents were right.`)
    })
  return command.addHelpText('after', '\nExample:\n  pumphandle incident show 1')
}

function judged(text: string): 'right' | 'wrong' {
  if (text !== 'right' && text !== 'wrong') throw new InvalidArgumentError('Write right or wrong.')
  return text
}

function lines({ incident: row, explanation }: IncidentDetail): [string, string | number | null][] {
  return [
    ['Incident', `${row.id} ${row.title}`],
    ['Status', row.status + (row.owner ? `, owner ${row.owner}` : '')],
    ['Finding', row.sentence],
    [
      'Cause',
      row.cause ? `${row.cause.key}${row.partner ? ` with ${row.partner.key}` : ''} (${row.confidence})` : row.kind,
    ],
    ['Opened', isoTime(row.openedAt)],
    ['First failure', isoTime(row.firstFailureAt)],
    [
      'Cohorts',
      Object.entries(row.cohorts)
        .map(([cohort, count]) => `${count} ${cohort}`)
        .join(', '),
    ],
    ['Practices', row.practices],
    ['Culprits', explanation?.culprits.map((c) => `${c.driver} (${c.count})`).join(', ') ?? null],
    ['Stop codes', explanation?.stopCodes.map((s) => `${s.code} ${s.name ?? ''} (${s.count})`).join(', ') ?? null],
  ]
}

function suspects({ explanation }: IncidentDetail, width: number): string {
  const columns: Column<Suspect>[] = [
    { head: 'SUSPECT', cell: (s) => s.component.key + (s.partner ? ` with ${s.partner.key}` : '') },
    { head: 'STRENGTH', cell: (s) => s.strength.toFixed(1) },
    { head: 'COVERS', cell: (s) => `${Math.round(s.covers * 100)}%` },
    { head: 'WHY', cell: (s) => s.whyNot ?? s.reasons.join('; '), narrow: 'wrap' },
  ]
  return formatRows('table', explanation?.suspects ?? [], columns, width)
}
