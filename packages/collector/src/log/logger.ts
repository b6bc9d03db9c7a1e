import pino, { type DestinationStream, type Logger, type LoggerOptions } from 'pino'
import type { Config } from '../config/index.ts'
import { storeFaultOf } from '../model/store-fault.ts'

export type { Logger } from 'pino'

/** Headers and fields that hold secrets, wherever an object with them is logged. */
const SECRET = ['authorization', 'cookie', 'secret', 'token', 'password']

/**
 * Structured log on standard output, one JSON object a line. Secrets are cut out, also by mistake; of an error only what
 * it says, for drivers hang connections with their passwords to it. That the database as a whole cannot be used is left
 * out here: ../jobs/store-keeper.ts says it once a minute, where everybody who meets it would say it.
 *
 * @param to standard output unless a test reads it
 */
export function createLogger(level: Config['logLevel'], to: DestinationStream = pino.destination(1)): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    serializers: { err: errorFields },
    hooks: {
      logMethod(args, method) {
        const [first] = args as unknown[]
        const error = first !== null && typeof first === 'object' ? (first as { err?: unknown }).err : undefined
        if (storeFaultOf(error) === undefined) method.apply(this, args)
      },
    },
    redact: { paths: SECRET.flatMap((key) => [key, `*.${key}`, `req.headers.${key}`]), censor: '[secret]' },
  }
  return pino(options, to)
}

function errorFields(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { name, message, stack, cause } = error
  const code = (error as { code?: unknown }).code
  return { type: name, message, code, stack, ...(cause === undefined ? {} : { cause: errorFields(cause) }) }
}
