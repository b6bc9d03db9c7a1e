import type { MachineDetail, TimelineEntry } from '@pumphandle/shared/api'
import { Command } from 'commander'
import { type Column, type Format, formatOption, formatRecord, formatRows } from '../output/format.ts'
import { isoTime } from '../output/time.ts'
import type { Open } from '../session.ts'
import { machineId } from './machine-id.ts'

/** Timeline entries that are shown below the machine. */
const ENTRIES = 20

export function machine(open: Open): Command {
  return new Command('machine')
    .description('one machine: state, components, last crash and timeline')
    .argument('<machine>', 'id or computer name')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle machine DEMO-PC-0001')
    .action(async (name: string, options: { output: Format }) => {
      const session = open()
      const id = await machineId(session, name)
      const detail = await session.client.call('machine', { path: { id } })
      const { items } = await session.client.call('timeline', { path: { id }, query: { limit: ENTRIES } })
      session.print(formatRecord(options.output, { ...detail, timeline: items }, lines(detail)))
      if (options.output === 'table') session.print(`\n${timeline(items, session.width)}`)
    })
}

function lines({ machine: m, ...detail }: MachineDetail): [string, string | number | null][] {
  const crash = detail.lastCrash
  return [
    ['Machine', `${m.name} (${m.id})`],
    ['Practice', m.practice ? `${m.practice.name} (${m.practice.code}), ${m.practice.region ?? 'no region'}` : null],
    ['State', `${m.state} since ${isoTime(m.stateSince)}: ${m.stateReason}`],
    ...(detail.retired
      ? [['Retired', `${isoTime(detail.retired.at)}: ${detail.retired.why}`] satisfies [string, string]]
      : []),
    ['Last seen', isoTime(m.lastSeen)],
    ['Model', m.model],
    ['Windows', m.os?.version ?? null],
    ['Sensors', m.sensors.map((c) => c.key).join(', ')],
    ['Content', m.contents.map((c) => c.key).join(', ')],
    [
      'Last crash',
      crash
        ? `${isoTime(crash.at)} ${crash.stopCode ?? crash.process ?? crash.kind} ${crash.stopName ?? ''}`.trim()
        : null,
    ],
    [
      'Culprit',
      crash?.culprit ? `${crash.culprit.driver} (${crash.culprit.confidence}: ${crash.culprit.reason})` : null,
    ],
    ['Incidents', detail.incidents.map((i) => `${i.id} ${i.title} (${i.cohort})`).join('; ')],
    ['Agent', detail.agentVersion],
    ['Proven by', detail.identity.provenBy],
    ['Identity', detail.identity.notes.map(({ at, text }) => `${isoTime(at)} ${text}`).join(' ')],
  ]
}

function timeline(entries: readonly TimelineEntry[], width: number): string {
  const columns: Column<TimelineEntry>[] = [
    { head: 'WHEN', cell: (entry) => isoTime(entry.at) },
    { head: 'WHAT', cell: (entry) => entry.text, narrow: 'wrap' },
  ]
  return formatRows('table', entries, columns, width)
}
