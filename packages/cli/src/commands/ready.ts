import { readFileSync } from 'node:fs'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { get as httpsGet } from 'node:https'
import { type Config, ConfigError, readConfig } from '@pumphandle/collector/config'
import { Command } from 'commander'
import { CliError, EXIT } from '../exit-codes.ts'
import type { Open } from '../session.ts'

/** Container engines ask every half minute; who has not answered by then is not well. */
const WITHIN_MS = 5_000

/** For health checks: a word and an exit code. It reads the same environment as `serve`. */
export function ready(open: Open): Command {
  return new Command('ready')
    .description('ask the collector of this computer whether it is ready, for health checks')
    .argument('[options...]', 'as those of `serve`: --port, --tls-cert')
    .allowUnknownOption()
    .addHelpText('after', '\nExample:\n  pumphandle ready --port 8854')
    .action(async (args: string[]) => {
      const session = open()
      const said = await ask(configOf(session.settings.env, args)).catch((error: unknown) => {
        throw new CliError(`The collector does not answer: ${(error as Error).message}.`, EXIT.unreachable)
      })
      if (said.status !== 200) throw new CliError(`The collector is not ready: ${said.text}.`, EXIT.refused)
      session.print('The collector is ready.')
    })
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
