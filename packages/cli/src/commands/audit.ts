import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import type { AuditVerdict } from '@pumphandle/collector/audit'
import { Command, InvalidArgumentError, Option } from 'commander'
import { CliError, EXIT } from '../exit-codes.ts'
import { withRecorded } from '../local.ts'
import type { Open, Session } from '../session.ts'

interface VerifyOptions {
  readonly data: string
  readonly file?: string
  readonly expect?: { readonly id: number; readonly hash: string }
}

export function audit(open: Open): Command {
  const command = new Command('audit').description(
    'who did, opened and exported what: verify the log, and take it away',
  )
  command
    .command('verify')
    .description('follow the chain of the audit log, and say where it is broken')
    .option('--data <dir>', "the collector's data folder", './data')
    .option('--file <file>', 'an export (audit.ndjson) instead of the database')
    .option('--expect <line:hash>', 'a place of the chain that was written down elsewhere', place)
    .addHelpText(
      'after',
      `
Runs on the collector's own computer, also while the collector runs, and changes nothing. Who owns the database can write a
whole new log: keep the last line's number and hash elsewhere (a SIEM has them), and give them with --expect.

Example:
  pumphandle audit verify --data ./data`,
    )
    .action(async (options: VerifyOptions) => {
      const session = open()
      print(session, await verdictOf(session, options))
    })
  command
    .command('export')
    .description('write the audit log, oldest line first')
    .addOption(new Option('--format <format>', 'of its lines').choices(['ndjson', 'syslog']).default('ndjson'))
    .option('--after <line>', 'only what came after this line', line, 0)
    .addHelpText('after', '\nExample:\n  pumphandle audit export --after 1 > audit.ndjson')
    .action(async ({ format, after }: { format: 'ndjson' | 'syslog'; after: number }) => {
      const session = open()
      const response = await session.client.open(format === 'syslog' ? 'auditSyslog' : 'auditNdjson', {
        query: { after },
      })
      if (response.body)
        await pipeline(Readable.fromWeb(response.body as ReadableStream<Uint8Array>), session.out, { end: false })
    })
  return command.addHelpText('after', '\nExample:\n  pumphandle audit verify --data ./data')
}

async function verdictOf(session: Session, { data, file, expect }: VerifyOptions): Promise<AuditVerdict> {
  const { verifyAudit, verifyExport } = await import('@pumphandle/collector/audit')
  if (file === undefined) return withRecorded(session.settings, data, (db) => verifyAudit(db, expect))
  if (!existsSync(file)) throw new CliError(`There is no file ${file}.`, EXIT.usage)
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })
  return verifyExport(objects(lines), expect).catch((error: unknown) => {
    throw new CliError((error as Error).message, EXIT.usage)
  })
}

async function* objects(lines: AsyncIterable<string>): AsyncGenerator<unknown> {
  for await (const text of lines) {
    if (text.trim() === '') continue
    try {
      yield JSON.parse(text)
    } catch {
      throw new Error(`The file is no export of an audit log: "${text.slice(0, 60)}" is not JSON.`)
    }
  }
}

function print(session: Session, { lines, end, broken }: AuditVerdict): void {
  if (broken !== undefined) throw new CliError(broken, EXIT.refused)
  session.print(`${lines} ${lines === 1 ? 'line is' : 'lines are'} whole. The last is ${end.id}:${end.hash}`)
}

function place(text: string): VerifyOptions['expect'] {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text)
  if (!match) throw new InvalidArgumentError('Write a line and its hash as `audit verify` prints them: 12:ab34...')
  return { id: Number(match[1]), hash: match[2] ?? '' }
}

function line(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("Write a line's number.")
  return Number(text)
}
