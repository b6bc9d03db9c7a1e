import { CHANNEL_KINDS, type ChannelRow, PREVIEWS, type RotaRow } from '@pumphandle/shared/api'
import { Argument, Command, Option } from 'commander'
import { EXIT } from '../exit-codes.ts'
import { type Format, formatOption, formatRecord, formatRows } from '../output/format.ts'
import { isoTime } from '../output/time.ts'
import { readText } from '../read-text.ts'
import type { Open, Outcome } from '../session.ts'
import { whole } from '../whole.ts'

interface PreviewOptions {
  stage: (typeof PREVIEWS)[number]
  output: Format
}

/** Where messages go, what they look like, and who is on call. */
export function channels(open: Open, outcome: Outcome): Command {
  const command = new Command('channels').description('where messages about incidents go')
  command
    .command('list', { isDefault: true })
    .description('channels, without their secrets')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle channels')
    .action(async (options: { output: Format }) => {
      const session = open()
      const { items } = await session.client.call('channels')
      session.print(formatRows<ChannelRow>(options.output, items, COLUMNS, session.width))
    })
  command
    .command('preview')
    .description('what a message of a channel looks like; nothing is sent')
    .argument('<id>', 'the channel, by its number in the list')
    .addOption(new Option('--stage <stage>', 'which message').choices([...PREVIEWS]).default('opened'))
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle channels preview 1 --stage grown')
    .action(async (id: string, options: PreviewOptions) => {
      const session = open()
      const { stage, output } = options
      const shown = await session.client.call('channelPreview', { path: { id }, query: { stage } })
      session.print(
        formatRecord(output, shown, [
          ['Title', shown.title],
          ['Text', shown.text],
          ['Of', shown.real ? 'the newest incident' : 'an example: nothing is wrong'],
          ['Leaves as', `\n${shown.raw}`],
        ]),
      )
    })
  command
    .command('test')
    .description('send a test message; exit code 1 where it does not arrive')
    .argument('<id>', 'the channel, by its number in the list')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle channels test 1')
    .action(async (id: string, options: { output: Format }) => {
      const session = open()
      const channel = await session.client.call('channelTest', { path: { id }, body: {} })
      session.print(
        formatRecord(options.output, channel, [
          ['Channel', channel.name],
          ['Sends to', channel.target],
          ['Outcome', channel.lastError ?? 'it arrived'],
        ]),
      )
      if (channel.lastError !== null) outcome.code = EXIT.refused
    })
  command
    .command('on-call')
    .description('who is on call, and until when')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle channels on-call')
    .action(async (options: { output: Format }) => {
      const session = open()
      const [{ items }, all] = await Promise.all([session.client.call('rotas'), session.client.call('channels')])
      const names = new Map(all.items.map(({ id, name }) => [id, name]))
      session.print(
        formatRows<RotaRow>(
          options.output,
          items,
          [
            { head: 'ROTA', cell: (rota) => rota.name },
            { head: 'ON CALL', cell: ({ spans }) => names.get(spans[0]?.channel ?? -1) ?? 'nobody' },
            { head: 'UNTIL', cell: ({ spans }) => isoTime(spans[0]?.until ?? null) },
            { head: 'THEN', cell: ({ spans }) => names.get(spans[1]?.channel ?? -1) ?? '' },
          ],
          session.width,
        ),
      )
    })
  command
    .command('add')
    .description('tell one more address about incidents')
    .argument('<name>', 'what it is called')
    .addArgument(new Argument('<kind>', 'what takes the messages').choices([...CHANNEL_KINDS]))
    .argument('<url>', 'https://…; mailto: and addresses; syslog://host:514')
    .option('--secret-file <file>', 'what signs a webhook’s messages, or the key that a service gave')
    .option('--after <minutes>', 'only of what nobody has acknowledged for so long', whole)
    .option('--query <query>', 'only of machines that it finds, with their numbers alone', '')
    .addOption(formatOption())
    .addHelpText(
      'after',
      '\nExample:\n  pumphandle channels add "On-call telephone" ntfy https://ntfy.example.nhs.uk/on-call',
    )
    .action(async (name: string, kind: ChannelRow['kind'], url: string, options: AddOptions) => {
      const session = open()
      const secret = options.secretFile === undefined ? '' : readText(options.secretFile).trim()
      const body = { name, kind, url, secret, afterMinutes: options.after ?? 0, q: options.query }
      const added = await session.client.call('channelAdd', { body })
      session.print(
        formatRecord(options.output, added, [
          ['Channel', added.name],
          ['Id', added.id],
          ['Sends to', added.target],
        ]),
      )
    })
  command
    .command('remove')
    .description('tell it of nothing more')
    .argument('<id>', 'the channel, by its number in the list')
    .addHelpText('after', '\nExample:\n  pumphandle channels remove 2')
    .action(async (id: string) => {
      const session = open()
      await session.client.call('channelDelete', { path: { id } })
      session.print(`Channel ${id} is removed.`)
    })
  return command
}

interface AddOptions {
  readonly secretFile?: string
  readonly after?: number
  readonly query: string
  readonly output: Format
}

const COLUMNS = [
  { head: 'ID', cell: (c: ChannelRow) => c.id },
  { head: 'NAME', cell: (c: ChannelRow) => c.name },
  { head: 'KIND', cell: (c: ChannelRow) => c.kind },
  { head: 'SENDS TO', cell: (c: ChannelRow) => c.target },
  { head: 'LAST OK', cell: (c: ChannelRow) => isoTime(c.lastOkAt) },
  { head: 'LAST ERROR', cell: (c: ChannelRow) => c.lastError ?? '' },
]
