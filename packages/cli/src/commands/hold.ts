import { Command } from 'commander'
import { EXIT } from '../exit-codes.ts'
import { type Format, formatOption, formatRows } from '../output/format.ts'
import type { Open, Outcome } from '../session.ts'

interface Options {
  readonly release?: true
  readonly reason: string
  readonly output: Format
}

/** Tells the organisation's own automation to stop a roll-out. No agent hears of it. */
export function hold(open: Open, outcome: Outcome): Command {
  return new Command('hold')
    .description(
      'tell your own automation, by its signed webhooks, to hold a version; exit code 1 where one is not told',
    )
    .argument('<version>', 'such as sensor:falcon@7.17')
    .option('--release', 'let it go on')
    .option('--reason <text>', 'why', '')
    .addOption(formatOption())
    .addHelpText(
      'after',
      `
Needs a webhook with a signing secret. How to stop a roll-out by hand in the consoles of vendors: pumphandle recipe.

Example:
  pumphandle hold sensor:falcon@7.17 --reason "Blue screens in the pilot ring"`,
    )
    .action(async (component: string, { release, reason, output }: Options) => {
      const session = open()
      const action = release ? 'release' : 'hold'
      const { items } = await session.client.call('hold', { body: { component, action, reason } })
      session.print(
        formatRows(
          output,
          items,
          [
            { head: 'CHANNEL', cell: (item) => item.channel },
            { head: 'OUTCOME', cell: (item) => item.error ?? 'told', narrow: 'wrap' },
          ],
          session.width,
        ),
      )
      if (items.some(({ error }) => error !== null)) outcome.code = EXIT.refused
    })
}
