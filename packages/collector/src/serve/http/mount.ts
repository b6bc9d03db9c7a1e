import { type Route, type RouteName, routes } from '@pumphandle/shared/api'
import express, { type RequestHandler, type Response, type Router } from 'express'
import { refuseNested } from '../../model/nesting.ts'
import { Refusal } from '../../model/refusal.ts'
import { type Actor, actorKey, auditName, countedAs } from '../../people/index.ts'
import { addressOf } from './address.ts'
import type { AuditLog, Line } from './audit-log.ts'
import { authenticate, checkAccess, checkOrigin } from './authenticate.ts'
import type { Call, Handlers } from './call.ts'
import type { ServeContext } from './context.ts'
import type { Idempotency } from './idempotency.ts'
import { MAX_IMPORT_BYTES, MAX_JSON_BYTES, MAX_STRANGERS_JSON_BYTES } from './limits.ts'
import { jsonOf } from './one-text.ts'
import { parseBody, parseFile, parsePath, parseQuery } from './parse.ts'
import { signInLimits } from './sign-in-limit.ts'
import { Turns } from './turns.ts'

/** The handlers that somebody's requests go to: of the whole fleet, or of their places alone. */
export type HandlersOf = (actor: Actor | undefined) => Promise<Handlers>
type AnyHandler = (call: Call<RouteName>) => Promise<unknown>

/** Every route of the API's table, each behind its access, checks, idempotency and audit, in this order. */
export function mountRoutes(
  router: Router,
  context: ServeContext,
  handlersOf: HandlersOf,
  { audit, idempotency }: { readonly audit: AuditLog; readonly idempotency: Idempotency },
): void {
  const limits = signInLimits()
  const turns = new Turns()
  // nothing that is packed is taken: a small file may hold more than there is memory
  const body = { inflate: false, verify: refuseNested, type: 'application/json' }
  const json = express.json({ ...body, limit: MAX_JSON_BYTES })
  const strangers = express.json({ ...body, limit: MAX_STRANGERS_JSON_BYTES })
  const form = express.urlencoded({ extended: false, inflate: false, limit: MAX_STRANGERS_JSON_BYTES })
  const file = express.text({ inflate: false, limit: MAX_IMPORT_BYTES, type: ['text/csv', 'text/plain'] })
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    const before: RequestHandler[] = [admit(context, audit, name, route)]
    if (route.method !== 'GET')
      before.push(route.file ? file : route.form ? form : route.access === 'public' ? strangers : json)
    if (route.signsIn) before.push(...limits)
    const method = route.method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete'
    router[method](expressPath(route.path), ...before, answer(idempotency, turns, audit, name, route, handlersOf))
  }
}

/** Refuses methods that an address does not take. Comes after the routes themselves, and after the check of who asks. */
export function refuseOtherMethods(router: Router): void {
  const methods = new Map<string, string[]>()
  for (const { method, path } of Object.values(routes) as Route[])
    methods.set(path, [...(methods.get(path) ?? []), ...(method === 'GET' ? [method, 'HEAD'] : [method])])
  for (const [path, allow] of methods)
    router.all(expressPath(path), (req) => {
      const says = `${req.method} is not for this address; it takes ${allow.join(', ')}.`
      throw new Refusal('wrong-method', 'Method not allowed', says, { allow })
    })
}

function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1')
}

/** Lets a request in by its credentials, before anything of its body is read. Who is refused for their role is written down. */
function admit(context: ServeContext, audit: AuditLog, name: RouteName, route: Route): RequestHandler {
  return async (req, res, next) => {
    res.locals['route'] = name
    const actor = await authenticate(context, req)
    if (actor) res.locals['actor'] = actorKey(actor)
    try {
      checkAccess(route, actor)
      if (route.method !== 'GET') checkOrigin(req, actor, context.config.publicUrl)
    } catch (error) {
      if (actor) {
        const line = { actor: auditName(actor), action: 'refused', subject: name, detail: '' }
        await audit.writeOnce(line, actor, addressOf(req))
      }
      throw error
    }
    res.locals['who'] = actor
    next()
  }
}

function answer(
  idempotency: Idempotency,
  turns: Turns,
  audit: AuditLog,
  name: RouteName,
  route: Route,
  handlersOf: HandlersOf,
): RequestHandler {
  return async (req, res) => {
    const actor = res.locals['who'] as Actor | undefined
    const handler = (await handlersOf(actor))[name] as AnyHandler
    const path = parsePath(req)
    const query = parseQuery(route, req)
    const body = parseBody(route, req)
    if (route.file) req.body = parseFile(route, req)
    const said: Line = {
      actor: actor ? auditName(actor) : '',
      action: name,
      subject: Object.values(path).join(' '),
      detail: '',
    }
    const call = {
      path,
      query,
      body,
      actor,
      req,
      res,
      note(subject: string, detail = '') {
        said.subject = subject
        said.detail = detail
      },
    } as unknown as Call<RouteName>
    if (route.method === 'GET') {
      const who = actor ? countedAs(actor) : addressOf(req)
      res.setHeader('Cache-Control', isConfidential(route) ? 'no-store' : 'private, no-cache')
      if (route.audited === 'exported') {
        // its line in the log is written when it has gone, and keeps nobody from the next one
        await exported(audit, res, said, () =>
          turns.file(who, () => {
            audit.admit(actor, addressOf(req))
            return handler(call)
          }),
        )
        return
      }
      const found = await turns.read(who, () => handler(call))
      if (route.audited === 'opened') await audit.writeOnce(said, actor, addressOf(req))
      if (route.response) res.type('json').send(jsonOf(found))
      return
    }
    res.setHeader('Cache-Control', 'no-store')
    if (actor && !route.signsIn) {
      const write = { req, actor, route: name, secret: route.showsSecret === true, line: route.own ? undefined : said }
      res.json(await idempotency.run(write, () => handler(call)))
      return
    }
    if (!route.own) audit.admit(actor, addressOf(req))
    const done = await handler(call)
    if (!route.own) await audit.write({ ...said, actor: said.actor || said.subject })
    res.json(done)
  }
}

/** People, settings, one machine or practice, files: no browser keeps them. Lists of the fleet are asked for all day long. */
function isConfidential({ access, audited, path }: Route): boolean {
  return access === 'admin' || audited !== undefined || path.startsWith('/session')
}

/** A file that began to leave is written down, however far it came. */
async function exported(audit: AuditLog, res: Response, said: Line, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } finally {
    if (res.headersSent) await audit.writeIfPossible(said)
  }
}
