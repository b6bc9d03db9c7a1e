import pino, { type Logger } from 'pino'
import type { Config } from '../config/index.ts'

export type { Logger } from 'pino'

/** Headers and fields that hold secrets, wherever an object with them is logged. */
const SECRET = ['authorization', 'cookie', 'secret', 'token', 'password']

/** Structured log on standard output, one JSON object a line. Secrets are cut out, also by mistake. */
export function createLogger(level: Config['logLevel']): Logger {
  return pino({
    level,
    base: null,
    redact: { paths: SECRET.flatMap((key) => [key, `*.${key}`, `req.headers.${key}`]), censor: '[secret]' },
  })
}
