import type { EnrolmentTokenRow } from '@pumphandle/shared/api'
import { Command } from 'commander'
import { type Format, formatOption, formatRecord, formatRows } from '../output/format.ts'
import { isoTime } from '../output/time.ts'
import type { Open } from '../session.ts'
import { whole } from '../whole.ts'

interface AddOptions {
  site?: string
  days: number
  uses: number
  output: Format
}

export function enrolment(open: Open): Command {
  const command = new Command('enrolment').description('tokens with which machines enrol')
  command
    .command('list', { isDefault: true })
    .description('tokens, without their secrets')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle enrolment list')
    .action(async (options: { output: Format }) => {
      const session = open()
      const { items } = await session.client.call('enrolmentTokens')
      session.print(formatRows<EnrolmentTokenRow>(options.output, items, COLUMNS, session.width))
    })
  command
    .command('add')
    .description('make a token for the agents of a practice; its secret is shown once')
    .argument('<name>', 'what it is for')
    .option('--site <code>', 'the practice of its machines; without one, any')
    .option('--days <n>', 'days until it expires', whole, 14)
    .option('--uses <n>', 'machines that may enrol with it', whole, 100)
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle enrolment add "first machines" --site A81001 --days 7 --uses 20')
    .action(async (name: string, { site, days, uses, output }: AddOptions) => {
      const session = open()
      const where = site === undefined ? { site: null, anySite: true } : { site }
      const made = await session.client.call('enrolmentTokenAdd', { body: { name, days, maxUses: uses, ...where } })
      session.print(
        formatRecord(output, made, [
          ['Token', made.secret],
          ['Practice', made.site ?? 'any'],
          ['Machines', made.maxUses ?? 'any number'],
          ['Expires', isoTime(made.expiresAt)],
        ]),
      )
    })
  command
    .command('revoke')
    .description('let no more machines enrol with it; those that did stay (see `revoke`)')
    .argument('<id>', 'from `enrolment list`', whole)
    .addHelpText('after', '\nExample:\n  pumphandle enrolment revoke 2')
    .action(async (id: number) => {
      const session = open()
      await session.client.call('enrolmentTokenRevoke', { path: { id } })
      session.print(`Enrolment token ${id} is revoked.`)
    })
  return command.addHelpText('after', '\nExample:\n  pumphandle enrolment list')
}

const COLUMNS = [
  { head: 'ID', cell: (t: EnrolmentTokenRow) => t.id },
  { head: 'NAME', cell: (t: EnrolmentTokenRow) => t.name },
  { head: 'PRACTICE', cell: (t: EnrolmentTokenRow) => t.site ?? 'any' },
  { head: 'USED', cell: (t: EnrolmentTokenRow) => `${t.uses}${t.maxUses === null ? '' : ` of ${t.maxUses}`}` },
  { head: 'EXPIRES', cell: (t: EnrolmentTokenRow) => isoTime(t.expiresAt) },
]
