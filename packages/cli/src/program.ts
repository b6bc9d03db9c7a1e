import tab from '@bomb.sh/tab/commander'
import { VERSION } from '@pumphandle/shared/version'
import { Command } from 'commander'
import { audit } from './commands/audit.ts'
import { backup } from './commands/backup.ts'
import { changes } from './commands/changes.ts'
import { channels } from './commands/channels.ts'
import { commons } from './commands/commons.ts'
import { coverage } from './commands/coverage.ts'
import { doctor } from './commands/doctor.ts'
import { enrolment } from './commands/enrolment.ts'
import { hold } from './commands/hold.ts'
import { incident } from './commands/incident.ts'
import { incidents } from './commands/incidents.ts'
import { machine } from './commands/machine.ts'
import { machines } from './commands/machines.ts'
import { maintenance } from './commands/maintenance.ts'
import { move } from './commands/move.ts'
import { overview } from './commands/overview.ts'
import { practices } from './commands/practices.ts'
import { questions } from './commands/questions.ts'
import { ready } from './commands/ready.ts'
import { recipe } from './commands/recipe.ts'
import { recover } from './commands/recover.ts'
import { replay } from './commands/replay.ts'
import { restore } from './commands/restore.ts'
import { retire } from './commands/retire.ts'
import { revoke } from './commands/revoke.ts'
import { sensors } from './commands/sensors.ts'
import { serve } from './commands/serve.ts'
import { sheet } from './commands/sheet.ts'
import { simulate } from './commands/simulate.ts'
import { tag } from './commands/tag.ts'
import { tokens } from './commands/tokens.ts'
import { users } from './commands/users.ts'
import { verdict } from './commands/verdict.ts'
import { DEFAULT_URL } from './config/settings.ts'
import { type Open, type Outcome, Session, type Surroundings } from './session.ts'

/** The whole command line, described for commander. Every command's help ends with examples. */
export function describeProgram(surroundings: Surroundings, outcome: Outcome): Command {
  const program = new Command('pumphandle')
    .description('Names the update that broke your machines, and lists them.')
    .version(VERSION)
    .option('--url <url>', `the collector (PUMPHANDLE_URL, ${DEFAULT_URL})`)
    .option('--token-file <file>', 'file with an API token (or PUMPHANDLE_TOKEN)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void surroundings.out.write(text),
      writeErr: (text) => void surroundings.err.write(text),
    })
    .addHelpText('after', '\nExample:\n  pumphandle machines "state:boot-loop sensor:falcon@7.16.*"')
  const open: Open = () => new Session(surroundings, program.opts<{ url?: string; tokenFile?: string }>())
  const commands = [
    serve,
    overview,
    machines,
    machine,
    questions,
    incidents,
    incident,
    sensors,
    verdict,
    changes,
    hold,
    recipe,
    commons,
    practices,
    sheet,
    coverage,
    channels,
    maintenance,
    tokens,
    enrolment,
    revoke,
    retire,
    tag,
    move,
    users,
    audit,
    replay,
    simulate,
    doctor,
    ready,
    backup,
    restore,
    recover,
  ]
  for (const command of commands) program.addCommand(inherit(command(open, outcome), program))
  tab(program)
  program.commands
    .find((command) => command.name() === 'complete')
    ?.addHelpText('after', '\nExample:\n  source <(pumphandle complete bash)')
  return program
}

/** Sub-commands end and write as the program does. */
function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent)
  for (const child of command.commands) inherit(child, command)
  return command
}
