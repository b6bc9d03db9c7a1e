import { type Places, ROLES, type Role, type Settings, type UserRow } from '@pumphandle/shared/api'
import { Argument, Command, Option } from 'commander'
import { withLocalStore } from '../local.ts'
import { type Format, formatOption, formatRecord, formatRows } from '../output/format.ts'
import { isoTime } from '../output/time.ts'
import type { Open } from '../session.ts'
import { whole } from '../whole.ts'

interface Invited {
  readonly role: Role
  readonly region: string[]
  readonly network: string[]
  readonly practice: string[]
  readonly tag: string[]
  readonly data?: string
  readonly output: Format
}

export function users(open: Open): Command {
  const command = new Command('users').description('people who may sign in')
  command
    .command('list', { isDefault: true })
    .description('users')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle users list')
    .action(async (options: { output: Format }) => {
      const session = open()
      const { items } = await session.client.call('users')
      session.print(formatRows<UserRow>(options.output, items, COLUMNS, session.width))
    })
  command
    .command('invite')
    .description('make a one-time link with which a person sets a password')
    .argument('<email>', 'the person')
    .addOption(new Option('--role <role>', 'what the person may do').choices([...ROLES]).default('viewer'))
    .option('--region <codes>', 'only for these regions, comma between', codes, [])
    .option('--network <codes>', 'only for these networks', codes, [])
    .option('--practice <codes>', 'only for these practices', codes, [])
    .option('--tag <tags>', 'only for practices with these tags', codes, [])
    .option('--data <dir>', 'on the collector itself: its data folder, instead of a token of yours')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle users invite jo@example.nhs.uk --role technician --practice A81001')
    .action(async (email: string, options: Invited) => {
      const session = open()
      const places = placesOf(options)
      const made =
        options.data === undefined
          ? await session.client.call('invite', { body: { email, role: options.role, places } })
          : await withLocalStore(session.settings, options.data, async (store) => {
              const { invite } = await import('@pumphandle/collector/people')
              const link = await invite(store, session.clock, email, options.role, places)
              return { link: session.url + link.path, expiresAt: link.expiresAt }
            })
      session.print(
        formatRecord(options.output, made, [
          ['Link', made.link],
          ['Works until', isoTime(made.expiresAt)],
        ]),
      )
    })
  for (const [name, disabled] of [
    ['disable', true],
    ['enable', false],
  ] as const)
    command
      .command(name)
      .description(disabled ? 'end a person’s sessions and let them in no more' : 'let a person in again')
      .argument('<id>', 'from `users list`', whole)
      .addHelpText('after', `\nExample:\n  pumphandle users ${name} 2`)
      .action(async (id: number) => {
        const session = open()
        const user = await session.client.call('userChange', { path: { id }, body: { disabled } })
        session.print(`${user.email} is ${disabled ? 'disabled' : 'enabled'}.`)
      })
  command
    .command('sign-out')
    .description('end all sessions of a person, who may sign in again')
    .argument('<id>', 'from `users list`', whole)
    .addHelpText('after', '\nExample:\n  pumphandle users sign-out 2')
    .action(async (id: number) => {
      const session = open()
      await session.client.call('userSignOut', { path: { id }, body: {} })
      session.print(`User ${id} is signed out.`)
    })
  command
    .command('second-factor')
    .description('say, or set, who must have a second factor beside the password')
    .addArgument(new Argument('[from]', 'the least role that must').choices([...ROLES, 'nobody']))
    .addHelpText('after', '\nExample:\n  pumphandle users second-factor admin')
    .action(async (from?: Settings['secondFactorFrom']) => {
      const session = open()
      const { secondFactorFrom } =
        from === undefined
          ? await session.client.call('settings')
          : await session.client.call('settingsChange', { body: { secondFactorFrom: from } })
      session.print(
        secondFactorFrom === 'nobody'
          ? 'Nobody must have a second factor.'
          : `Who signs in with a password must have a second factor from the role ${secondFactorFrom} on.`,
      )
    })
  return command.addHelpText('after', '\nExample:\n  pumphandle users list')
}

const COLUMNS = [
  { head: 'ID', cell: (u: UserRow) => u.id },
  { head: 'E-MAIL', cell: (u: UserRow) => u.email },
  { head: 'NAME', cell: (u: UserRow) => u.name },
  { head: 'ROLE', cell: (u: UserRow) => u.role },
  { head: 'PLACES', cell: (u: UserRow) => placesText(u) },
  { head: 'LAST SEEN', cell: (u: UserRow) => isoTime(u.lastSeen) },
  { head: '', cell: (u: UserRow) => (u.disabled ? 'disabled' : u.invited ? 'invited' : '') },
]

const codes = (text: string): string[] => text.split(',').flatMap((code) => code.trim() || [])

/** Null: the whole fleet. */
function placesOf({ region, network, practice, tag }: Invited): Places | null {
  if (region.length + network.length + practice.length + tag.length === 0) return null
  return { regions: region, networks: network, practices: practice, tags: tag }
}

function placesText({ places }: UserRow): string {
  return places ? [...places.practices, ...places.networks, ...places.regions, ...places.tags].join(' ') : 'all'
}
