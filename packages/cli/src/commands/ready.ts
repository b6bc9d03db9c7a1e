import { readFileSync } from 'node:fs'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { get as httpsGet } from 'node:https'
import { type Config, ConfigError, readConfig } from '@pumphandle/collector/config'
import { Command } from 'commander'
import { CliError, EXIT } from '../exit-codes.ts'
import type { Open } from '../session.ts'
import { duration, pause } from '../waits.ts'

/** Container engines ask every half minute; who has not answered by then is not well. */
const WITHIN_MS = 5_000
/** Of one that waits: a start takes a second or two, longer after an upgrade. */
const ASK_EVERY_MS = 500

/** For health checks: a word and an exit code. It reads the same environment as `serve`. */
export function ready(open: Open): Command {
  return new Command('ready')
    .description('ask the collector of this computer whether it is ready, for health checks')
    .argument('[options...]', 'as those of `serve`: --port, --tls-cert')
    .option('--wait <time>', 'ask again for so long, such as 60s or 10m', duration)
    .allowUnknownOption()
    .addHelpText('after', '\nExamples:\n  pumphandle ready --port 8854\n  pumphandle ready --wait 60s')
    .action(async (args: string[], { wait = 0 }: { wait?: number }) => {
      const session = open()
      const config = configOf(session.settings.env, args)
      const until = session.clock.now() + wait
      for (;;) {
        const wrong = await asked(config)
        if (!wrong) return session.print('The collector is ready.')
        const left = until - session.clock.now()
        if (left <= 0 || session.signal?.aborted) throw wait > 0 ? withLog(wrong) : wrong
        await pause(session, Math.min(left, ASK_EVERY_MS))
      }
    })
}

/** Undefined where it is ready. */
async function asked(config: Config): Promise<CliError | undefined> {
  try {
    const { status, text } = await ask(config)
    return status === 200 ? undefined : new CliError(`The collector is not ready: ${text}.`, EXIT.refused)
  } catch (error) {
    return new CliError(`The collector does not answer: ${(error as Error).message}.`, EXIT.unreachable)
  }
}

/** Who waited in vain wants to know why. */
function withLog({ message, code }: CliError): CliError {
  return new CliError(
    `${message} Its log says why; as a service of the Debian package: journalctl -u pumphandle -n 30`,
    code,
  )
}

function configOf(env: Parameters<typeof readConfig>[0], args: string[]): Config {
  try {
    return readConfig(env, args)
  } catch (error) {
    if (error instanceof ConfigError) throw new CliError(error.message, EXIT.usage)
    throw error
  }
}

async function ask({ host, port, tls }: Config): Promise<{ status: number | undefined; text: string }> {
  // who listens everywhere is reached here
  const at = { host: { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host, port, path: '/readyz', timeout: WITHIN_MS }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = tls
      ? // it is this very certificate, whatever name it has and whoever signed it
        httpsGet(
          { ...at, ca: readFileSync(tls.certFile), allowPartialTrustChain: true, checkServerIdentity: () => undefined },
          resolve,
        )
      : httpGet(at, resolve)
    request.on('error', reject)
    request.on('timeout', () => request.destroy(new Error(`no answer within ${WITHIN_MS / 1000} s`)))
  })
  let text = ''
  for await (const part of response.setEncoding('utf8')) text += part as string
  return { status: response.statusCode, text: text.trim() }
}
