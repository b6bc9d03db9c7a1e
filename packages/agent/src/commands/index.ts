import { Command } from 'commander'
import { fail } from '../run/hot.ts'
import type { ConnectionOptions } from '../run/options.ts'
import { AGENT_VERSION } from '../version.ts'

/** Adds the options that every command which reaches a collector shares. */
function withConnection(command: Command): Command {
  return command
    .option('--collector <url>', 'https:// address of the collector')
    .option('--token <token>', 'enrolment token, used once')
    .option('--site <code>', 'ODS code of the practice, or any site code')
    .option('--tags <tags>', 'words such as ring:pilot, with spaces between; none for none')
    .option('--proxy <url>', 'HTTP proxy, http://user:password@host:port; none for none')
    .option('--ca-sha256 <digits>', 'trust only what the certificate with this SHA-256 signed; none for no pin')
}

/** Reads a command line for a person. Each command is loaded when it is asked for. */
export async function runCommand(argv: string[]): Promise<void> {
  const program = new Command('pumphandle-agent')
    .description('Reports crashes, restarts and versions of this Windows computer. Reads only; takes no commands.')
    .version(AGENT_VERSION)
  const data = ['--data <folder>', 'folder for settings, spool and log'] as const

  // listed for its help: main.ts runs it without this file
  withConnection(program.command('run'))
    .description('run in the foreground until Ctrl-C')
    .option(...data)
    .option('--volume <dir>', 'read this Windows volume instead of the running Windows')
  withConnection(program.command('scan'))
    .description('print what a Windows volume tells: this computer, or the disk of one that does not start')
    .option('--volume <dir>', 'folder that holds Windows, such as E:\\ or a mounted disk')
    .option('--json', 'all facts as JSON')
    .option('--send', 'report them to the collector')
    .option('--name <name>', 'with --send: name of the unmanaged machine; the computer’s own if absent')
    .option('--as-itself', 'with --send: report as the machine that the disk belongs to')
    .option(...data)
    .action(async (options: ConnectionOptions & ScanFlags) => {
      const { runScan } = await import('./scan.ts')
      await runScan(withDashes(options), options)
    })
  withConnection(program.command('enrol'))
    .description('exchange an enrolment token for this machine’s own secret')
    .option(...data)
    .action(async (options: ConnectionOptions) => {
      const { runEnrol } = await import('./enrol.ts')
      await runEnrol(withDashes(options))
    })
  program
    .command('status')
    .description('who this agent is, what waits to be sent, and what it last wrote to its log')
    .option(...data)
    .action(async (options: ConnectionOptions) => {
      const { runStatus } = await import('./status.ts')
      runStatus(options)
    })
  program
    .command('doctor')
    .description('check everything and say in sentences what is wrong')
    .option('--json', 'one JSON object per check and line')
    .option('--volume <dir>', 'check the sources on this volume')
    .option(...data)
    .action(async (options: ConnectionOptions & { json?: boolean }) => {
      const { runDoctor } = await import('./doctor.ts')
      await runDoctor(options)
    })
  withConnection(program.command('install'))
    .description('register this copy as a Windows service and start it; the MSI does this by itself')
    .option(...data)
    .action(async (options: ConnectionOptions) => {
      const { runInstall } = await import('./install.ts')
      await runInstall(withDashes(options))
    })
  program
    .command('uninstall')
    .description('stop and remove the service, its settings and its data')
    .option(...data)
    .action(async (options: ConnectionOptions) => {
      const { runUninstall } = await import('./install.ts')
      await runUninstall(options)
    })
  await program.parseAsync(argv).catch(fail)
}

export interface ScanFlags {
  json?: boolean
  send?: boolean
  name?: string
  asItself?: boolean
}

/** commander writes `--ca-sha256` as `caSha256`; the shared reader of options knows it by its dash. */
function withDashes(options: ConnectionOptions & { caSha256?: string }): ConnectionOptions {
  const { caSha256, ...rest } = options
  return { ...rest, ...(caSha256 !== undefined && { 'ca-sha256': caSha256 }) }
}
