import { randomUUID } from 'node:crypto'
import type { Clock } from '@pumphandle/shared/clock'
import type { RequestHandler } from 'express'
import type { Logger } from '../../log/logger.ts'

/**
 * Gives each request an id and logs it when it is done: route, status, time, who. Neither addresses' queries nor headers
 * nor bodies are logged: they name machines and hold secrets.
 */
export function requestLog(log: Logger, clock: Clock): RequestHandler {
  return (req, res, next) => {
    const id = randomUUID()
    const started = clock.now()
    res.locals['requestId'] = id
    res.setHeader('X-Request-Id', id)
    res.once('close', () => {
      const line = {
        requestId: id,
        method: req.method,
        route: res.locals['route'] as string | undefined,
        status: res.statusCode,
        ms: clock.now() - started,
        actor: res.locals['actor'] as string | undefined,
        cutShort: res.writableFinished ? undefined : true,
      }
      if (req.method === 'GET' && res.statusCode < 400) log.debug(line, 'request')
      else log.info(line, 'request')
    })
    next()
  }
}
