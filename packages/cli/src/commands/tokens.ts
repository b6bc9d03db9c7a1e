import { SCOPES, type TokenRow } from '@pumphandle/shared/api'
import { Command, Option } from 'commander'
import { withLocalStore } from '../local.ts'
import { type Format, formatOption, formatRecord, formatRows } from '../output/format.ts'
import { isoTime } from '../output/time.ts'
import type { Open } from '../session.ts'
import { whole } from '../whole.ts'

interface AddOptions {
  scope: (typeof SCOPES)[number]
  days: number
  data?: string
  output: Format
}

export function tokens(open: Open): Command {
  const command = new Command('tokens').description('API tokens')
  command
    .command('list', { isDefault: true })
    .description('tokens, without their secrets')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle tokens list')
    .action(async (options: { output: Format }) => {
      const session = open()
      const { items } = await session.client.call('tokens')
      session.print(formatRows<TokenRow>(options.output, items, COLUMNS, session.width))
    })
  command
    .command('add')
    .description('make a token; its secret is shown once')
    .argument('<name>', 'what it is for')
    .addOption(new Option('--scope <scope>', 'what it may do').choices([...SCOPES]).default('read'))
    .option('--days <n>', 'days until it expires', whole, 90)
    .option('--data <dir>', 'on the collector itself: its data folder, instead of a token of yours')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle tokens add monitoring --scope read --days 30')
    .action(async (name: string, options: AddOptions) => {
      const session = open()
      const { scope, days } = options
      const made =
        options.data === undefined
          ? await session.client.call('tokenAdd', { body: { name, scope, days } })
          : await withLocalStore(session.settings, options.data, async (store) => {
              const { newApiToken } = await import('@pumphandle/collector/people')
              const { row, secret } = await newApiToken(store, session.clock, {
                name,
                scope,
                days,
                createdBy: 'console',
              })
              return { ...row, secret }
            })
      session.print(
        formatRecord(options.output, made, [
          ['Token', made.secret],
          ['Scope', made.scope],
          ['Expires', isoTime(made.expiresAt)],
        ]),
      )
    })
  command
    .command('revoke')
    .description('end a token')
    .argument('<id>', 'from `tokens list`', whole)
    .addHelpText('after', '\nExample:\n  pumphandle tokens revoke 2')
    .action(async (id: number) => {
      const session = open()
      await session.client.call('tokenDelete', { path: { id } })
      session.print(`Token ${id} is revoked.`)
    })
  return command.addHelpText('after', '\nExample:\n  pumphandle tokens list')
}

const COLUMNS = [
  { head: 'ID', cell: (t: TokenRow) => t.id },
  { head: 'NAME', cell: (t: TokenRow) => t.name },
  { head: 'SCOPE', cell: (t: TokenRow) => t.scope },
  { head: 'EXPIRES', cell: (t: TokenRow) => isoTime(t.expiresAt) },
  { head: 'LAST USED', cell: (t: TokenRow) => isoTime(t.lastUsedAt) },
  { head: 'MADE BY', cell: (t: TokenRow) => t.createdBy },
]
