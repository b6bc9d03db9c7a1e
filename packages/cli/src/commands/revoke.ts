import { Command } from 'commander'
import type { Open } from '../session.ts'
import { whole } from '../whole.ts'
import { machineId } from './machine-id.ts'

export function revoke(open: Open): Command {
  const command = new Command('revoke').description('let machines in no more, and end their connections')
  command
    .command('machine')
    .description('one machine')
    .argument('<machine>', 'id or computer name')
    .option('--undo', 'let it enrol again, under the id that it had')
    .addHelpText('after', '\nExample:\n  pumphandle revoke machine DEMO-PC-0001')
    .action(async (name: string, options: { undo?: true }) => {
      const session = open()
      const id = await machineId(session, name)
      if (options.undo) {
        await session.client.call('machineReinstate', { path: { id }, body: {} })
        return session.print(`${name} may enrol again, with a token.`)
      }
      session.print(told(await session.client.call('machineRevoke', { path: { id }, body: {} })))
    })
  command
    .command('token')
    .description('an enrolment token, and every machine that was enrolled with it last')
    .argument('<id>', 'of the token, from the settings page', whole)
    .addHelpText('after', '\nExample:\n  pumphandle revoke token 1')
    .action(async (id: number) => {
      const session = open()
      session.print(told(await session.client.call('enrolmentTokenRevokeMachines', { path: { id }, body: {} })))
    })
  command
    .command('practice')
    .description('every machine of a practice')
    .argument('<code>', 'ODS code')
    .addHelpText('after', '\nExample:\n  pumphandle revoke practice A81001')
    .action(async (code: string) => {
      const session = open()
      session.print(told(await session.client.call('practiceRevokeMachines', { path: { code }, body: {} })))
    })
  return command.addHelpText('after', '\nExample:\n  pumphandle revoke machine DEMO-PC-0001')
}

function told({ revoked }: { revoked: number }): string {
  return revoked === 1 ? '1 machine is revoked.' : `${revoked} machines are revoked.`
}
