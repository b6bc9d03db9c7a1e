import { Command } from 'commander'
import type { Open } from '../session.ts'

/** Listed for the help; the simulator reads its own arguments, see ../run.ts. */
export function simulate(_open: Open): Command {
  return new Command('simulate')
    .description('replay an outage, or quiet years, and score what is detected')
    .argument('[options...]', 'see `pumphandle simulate --help`')
}
