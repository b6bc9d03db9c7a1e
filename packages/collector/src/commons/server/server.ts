import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Clock } from '@pumphandle/shared/clock'
import { perMinute, RateByKey } from '@pumphandle/shared/flow'
import type { Config } from '../../config/index.ts'
import { Certificate } from '../../gateway/certificate.ts'
import { createHttpServer, listen } from '../../gateway/http-server.ts'
import { remoteOf } from '../../gateway/remote.ts'
import { boundSockets } from '../../gateway/strangers.ts'
import type { Logger } from '../../log/logger.ts'
import { Refusal, type RefusalKind, tooOften } from '../../model/refusal.ts'
import { MAX_REPORT_BYTES, REQUESTS_PER_MINUTE } from '../words/limits.ts'
import { REPORT_PATH } from '../words/path.ts'
import { isPublic } from '../words/public.ts'
import { SIGNATURE_HEADER } from '../words/signature.ts'
import { Desk } from './desk.ts'
import { Members } from './members.ts'

/** What a refusal is over HTTP. */
const STATUS: Readonly<Partial<Record<RefusalKind, number>>> = {
  malformed: 400,
  'not-signed-in': 401,
  'not-allowed': 403,
  unknown: 404,
  conflict: 409,
  'too-large': 413,
  'too-often': 429,
}

export interface CommonsServer {
  /** Without a slash at the end. */
  readonly url: string
  /** Looks whether the certificate was renewed. */
  readonly lookAnew: () => void
  close(): Promise<void>
}

export interface CommonsServerOptions {
  readonly config: Pick<Config, 'host' | 'port' | 'tls' | 'trustProxy' | 'proxies' | 'commonsMembers'>
  readonly clock: Clock
  readonly log: Logger
}

/**
 * Starts a commons: one address that takes reports, and /livez. Needs no database.
 * @throws (rejects) ConfigError or StartError
 */
export async function startCommonsServer({ config, clock, log }: CommonsServerOptions): Promise<CommonsServer> {
  const members = new Members(config.commonsMembers ?? '', clock, log)
  const desk = new Desk({ clock, isPublic, isMember: (key) => members.has(key) })
  const certificate = Certificate.open(config, clock, log)
  const server = createHttpServer(
    certificate,
    listener({ desk, clock, log, remote: remoteOf(config.trustProxy) }),
    config,
  )
  boundSockets(server, clock)
  const url = await listen(server, config)
  log.info({ at: url }, 'commons listens')
  return {
    url,
    lookAnew: () => void certificate?.look(),
    async close() {
      await certificate?.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

interface Front {
  readonly desk: Desk
  readonly clock: Clock
  readonly log: Logger
  readonly remote: (request: IncomingMessage) => string
}

function listener({ desk, clock, log, remote }: Front): RequestListener {
  const rate = new RateByKey(perMinute(REQUESTS_PER_MINUTE))
  const take = async (request: IncomingMessage): Promise<string> => {
    if (!rate.take(remote(request), clock.now()))
      throw tooOften('Too many requests', `More than ${REQUESTS_PER_MINUTE} requests in a minute.`, 60)
    if (request.url !== REPORT_PATH || request.method !== 'POST')
      throw new Refusal('unknown', 'Not found', `This is a commons: it takes POST ${REPORT_PATH}.`)
    const body = await bodyOf(request)
    return JSON.stringify(desk.take(body, String(request.headers[SIGNATURE_HEADER] ?? '')))
  }
  return (request, response) => {
    if (request.url === '/livez') return void response.end('ok\n')
    take(request).then(
      (answer) => void response.setHeader('Content-Type', 'application/json').end(answer),
      (error: unknown) => refuse(response, error, log),
    )
  }
}

/** Reads no more than a report may have. @throws (rejects) Refusal where it has more */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const tooLarge = new Refusal('too-large', 'Too large', `A report has ${MAX_REPORT_BYTES} bytes at most.`)
  if (Number(request.headers['content-length'] ?? 0) > MAX_REPORT_BYTES) throw tooLarge
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > MAX_REPORT_BYTES) throw tooLarge
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function refuse(response: ServerResponse, error: unknown, log: Logger): void {
  const refusal =
    error instanceof Refusal
      ? error
      : new Refusal('fault', 'The commons failed', 'This is a fault of the server. Try again.')
  if (refusal !== error) log.error({ err: error }, 'a report could not be taken')
  if (refusal.more.retryAfterSeconds !== undefined)
    response.setHeader('Retry-After', String(refusal.more.retryAfterSeconds))
  // what was not read of a body that is too large is not waited for
  if (refusal.kind === 'too-large') response.setHeader('Connection', 'close')
  const status = STATUS[refusal.kind] ?? 500
  response.statusCode = status
  response.setHeader('Content-Type', 'application/problem+json')
  response.end(JSON.stringify({ type: 'about:blank', title: refusal.title, status, detail: refusal.message }))
}
