import type { VersionRow } from '@pumphandle/shared/api'
import { Command } from 'commander'
import { type Format, formatOption, formatRows } from '../output/format.ts'
import { isoTime } from '../output/time.ts'
import type { Open } from '../session.ts'

export function sensors(open: Open): Command {
  return new Command('sensors')
    .description('sensors and their content: versions, machines, verdicts')
    .argument('[name]', 'only this product, such as falcon')
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  pumphandle sensors falcon')
    .action(async (name: string | undefined, options: { output: Format }) => {
      const session = open()
      const { products } = await session.client.call('sensors')
      const rows = products
        .filter((product) => !name || product.name === name || product.name.startsWith(`${name}/`))
        .flatMap((product) => product.versions)
      session.print(formatRows<VersionRow>(options.output, rows, COLUMNS, session.width))
    })
}

const COLUMNS = [
  { head: 'VERSION', cell: (v: VersionRow) => v.component.key },
  { head: 'MACHINES', cell: (v: VersionRow) => v.machines },
  { head: 'FIRST SEEN', cell: (v: VersionRow) => isoTime(v.firstSeen) },
  { head: 'CRASHES', cell: (v: VersionRow) => v.verdict?.failures.crash ?? 0 },
  { head: 'VERDICT', cell: (v: VersionRow) => v.verdict?.word ?? '-' },
  { head: '', cell: (v: VersionRow) => (v.newest ? 'newest' : v.oldest ? 'oldest' : '') },
]
