import { randomUUID } from 'node:crypto'
import { type RouteName, routes } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import type { RequestHandler } from 'express'
import type { Logger } from '../../log/logger.ts'
import type { Ended, Trace } from '../../log/trace.ts'

/**
 * Gives each request an id and logs it when it is done: route, status, time, who. Neither addresses' queries nor headers
 * nor bodies are logged: they name machines and hold secrets.
 */
export function requestLog(log: Logger, clock: Clock, trace: Trace | undefined): RequestHandler {
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
    if (!trace) return next()
    trace.request(req.get('traceparent'), (end) => {
      res.once('close', () => {
        const name = res.locals['route'] as RouteName | undefined
        // a stream is no answer that takes long
        if (name !== 'live') end(ended(req.method, name, res.statusCode, id))
      })
      next()
    })
  }
}

/** By the route's template: addresses name machines. */
function ended(method: string, name: RouteName | undefined, status: number, id: string): Ended {
  const path = name && `/api/v1${routes[name].path}`
  return {
    name: path === undefined ? method : `${method} ${path}`,
    attributes: {
      'http.request.method': method,
      ...(path !== undefined && { 'http.route': path }),
      'http.response.status_code': status,
      'pumphandle.request_id': id,
    },
    hasFailed: status >= 500,
  }
}
