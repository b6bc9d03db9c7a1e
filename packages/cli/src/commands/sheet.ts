import type { IncidentDetail, MachineRow, PracticeDetail } from '@pumphandle/shared/api'
import { utcTime } from '@pumphandle/shared/time'
import { counted, MOST_ON_SHEET, sheetQuery, stepsOnSite } from '@pumphandle/shared/words'
import { Command } from 'commander'
import type { Open } from '../session.ts'
import { whole } from '../whole.ts'

interface Options {
  readonly incident?: number
  readonly all?: true
}

/** The technician's sheet of a practice as text that any program prints. */
export function sheet(open: Open): Command {
  return new Command('sheet')
    .description('one practice for the technician who drives there, as Markdown')
    .argument('<code>', "the practice's code")
    .option('--incident <id>', 'what is wrong: its steps, and its machines that are ill', whole)
    .option('--all', 'all its machines')
    .addHelpText('after', '\nExample:\n  pumphandle sheet A81001 --incident 1 > a81001.md')
    .action(async (code: string, { incident, all }: Options) => {
      const { client, clock, print, url } = bound(open())
      const [practice, detail] = await Promise.all([
        client.call('practice', { path: { code } }),
        incident === undefined ? undefined : client.call('incident', { path: { id: incident } }),
      ])
      const machines = await client.call('machines', {
        query: { q: sheetQuery(code, { incident, all: all === true }), sort: 'name', limit: MOST_ON_SHEET },
      })
      print(
        [
          ...head(practice, clock.now()),
          ...steps(detail),
          `## ${counted(machines.total, 'machine')}${all ? '' : ' to see to'}`,
          machines.items.length > 0 ? table(machines.items, url) : 'No machine needs a visit.',
          machines.total > machines.items.length
            ? `These are ${counted(machines.items.length, 'machine')}, and not all.`
            : '',
          'Technician: ______________________  Date and time: ______________________',
        ]
          .filter((part) => part !== '')
          .join('\n\n'),
      )
    })
}

const bound = (session: ReturnType<Open>) => ({
  client: session.client,
  clock: session.clock,
  url: session.url,
  print: (text: string) => session.print(text),
})

function head({ practice, verdict, address, openingHours, contacts }: PracticeDetail, now: number): string[] {
  return [
    `# ${text(practice.name)}`,
    [practice.code, practice.pcn ?? '', practice.region ?? ''].filter(Boolean).map(text).join(' · '),
    text(verdict.sentence),
    address ? text(address) : '',
    openingHours ? `Open: ${text(openingHours)}` : '',
    contacts.map((c) => `- ${text(c.name)}, ${text(c.role)}: **${text(c.phone)}**`).join('\n'),
    `Made ${utcTime(now)}`,
  ]
}

function steps(detail: IncidentDetail | undefined): string[] {
  if (!detail) return []
  const { incident, runbook } = detail
  return [
    `## ${text(incident.title)}`,
    text(incident.sentence),
    ...(runbook ? [`## ${text(runbook.title)}`, stepsOnSite(runbook.markdown).replaceAll(/^(#+) /gm, '#$1 ')] : []),
  ]
}

function table(machines: readonly MachineRow[], url: string): string {
  const rows = machines.map((m) =>
    [text(m.name), `${m.state}: ${text(m.stateReason)}`, '☐', '☐', ' ', `${url}/machines/${m.id}`].join(' | '),
  )
  const heads = ['Machine', 'What happened', 'Attended', 'Works', 'Note', 'Its page']
  return [heads.join(' | '), heads.map(() => '---').join(' | '), ...rows].map((row) => `| ${row} |`).join('\n')
}

/** What machines and people wrote is text, whatever signs are in it. */
const text = (words: string): string =>
  words.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`)
