import type { Problem } from '@pumphandle/shared/api'
import type { ErrorRequestHandler, Response } from 'express'
import type { Logger } from '../../log/logger.ts'
import { Refusal, type RefusalKind } from '../../model/refusal.ts'
import { storeFaultOf } from '../../model/store-fault.ts'

/** A database is tried again each second. */
const RETRY_SECONDS = 5

const STATUS: Readonly<Record<RefusalKind, number>> = {
  malformed: 400,
  'not-signed-in': 401,
  'not-allowed': 403,
  unknown: 404,
  'wrong-method': 405,
  conflict: 409,
  gone: 410,
  'too-large': 413,
  'wrong-type': 415,
  unfit: 422,
  'too-often': 429,
  fault: 500,
  unavailable: 503,
}

/** Answers a request with an RFC 9457 problem document. */
export function sendProblem(res: Response, refusal: Refusal): void {
  const { retryAfterSeconds, allow, ...more } = refusal.more
  const status = STATUS[refusal.kind]
  const problem: Problem = {
    type: 'about:blank',
    title: refusal.title,
    status,
    detail: refusal.message,
    instance: requestId(res),
    ...(more.errors ? { errors: [...more.errors] } : {}),
    ...(more.position ? { position: more.position } : {}),
    ...(more.suggestions ? { suggestions: [...more.suggestions] } : {}),
  }
  if (retryAfterSeconds !== undefined) res.setHeader('Retry-After', String(retryAfterSeconds))
  if (allow) res.setHeader('Allow', allow.join(', '))
  if (status === 401) res.setHeader('WWW-Authenticate', 'Bearer')
  res.setHeader('Cache-Control', 'no-store')
  res.status(status).type('application/problem+json').send(JSON.stringify(problem))
}

/** The id that a person tells support, and that the log line of the same request has. */
function requestId(res: Response): string {
  return String(res.locals['requestId'] ?? '')
}

/** Last in line: turns whatever was thrown into a problem. Faults of the program are logged and not told to strangers. */
export function problemHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    const refusal = asRefusal(error)
    if (!(error instanceof Refusal) && refusal.kind === 'fault')
      log.error({ err: error, requestId: requestId(res) }, 'request failed')
    if (res.headersSent) {
      // the answer is half sent: cutting the connection is the only way left to say that it is not whole
      res.destroy()
      return next()
    }
    sendProblem(res, refusal)
  }
}

function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  const fault = storeFaultOf(error)
  if (fault !== undefined)
    return new Refusal(
      'unavailable',
      'Nothing can be stored',
      `The database cannot be used now (${fault}). What you asked for was not done; try again when the page no longer says so.`,
      { retryAfterSeconds: RETRY_SECONDS },
    )
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown }
  if (type === 'entity.too.large')
    return new Refusal('too-large', 'Too large', 'The request is larger than this route takes. Send less at once.')
  if (type === 'entity.parse.failed')
    return new Refusal('malformed', 'Not JSON', 'The body is not valid JSON. Check brackets, commas and quotes.')
  if (type === 'encoding.unsupported')
    return new Refusal('wrong-type', 'Packed', 'Send the body as it is: nothing that is packed is taken here.')
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const kind = status === STATUS['wrong-type'] ? 'wrong-type' : 'malformed'
    return new Refusal(kind, 'Bad request', 'The request could not be read. Check its address, headers and encoding.')
  }
  return new Refusal(
    'fault',
    'The collector failed',
    'This is a fault of the collector. Try again; if it stays, report it with the instance number of this answer.',
  )
}
