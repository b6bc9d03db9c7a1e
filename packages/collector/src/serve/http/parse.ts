import type { Route } from '@pumphandle/shared/api'
import type { Request } from 'express'
import type * as z from 'zod'
import { notFound, Refusal } from '../../model/refusal.ts'
import { checkText, plain, plainText } from './texts.ts'

/** The request's query by the route's schema; a name that the route does not know is refused, so that a typo shows. */
export function parseQuery(route: Route, req: Request): unknown {
  if (!route.query) return {}
  return parsed(route.query.strict(), plain(req.query, 'query'), 'query')
}

/** @throws Refusal 415 for another media type, 400 with a line for each field that is wrong, and for a body that was not read. */
export function parseBody(route: Route, req: Request): unknown {
  if (!route.body) return undefined
  if (route.form && !req.is('application/x-www-form-urlencoded'))
    throw new Refusal('wrong-type', 'No form', 'Send it as "Content-Type: application/x-www-form-urlencoded".')
  if (!route.form && !req.is('application/json'))
    throw new Refusal('wrong-type', 'Not JSON', 'Send the body as JSON with "Content-Type: application/json".')
  if (req.body === undefined && hasBody(req))
    throw new Refusal('malformed', 'Cut off', 'The request ended before its body was read. Send it again.')
  return parsed(route.body, plain(req.body, 'body'), 'body')
}

/**
 * Who hung up while their request waited for its turn sent a body that nobody reads any more: Express goes on without it, and what
 * was asked would be carried out without its words.
 */
function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** The file of a route that takes one, as text. @throws Refusal 415 where it is none, 400 where it is no text */
export function parseFile(route: Route, req: Request): string {
  if (typeof req.body === 'string') return plainText(req.body, 'file')
  throw new Refusal('wrong-type', 'Not CSV', `Send the file as it is with "Content-Type: ${route.file}".`)
}

/** What an address names. @throws Refusal 400 for what is no text */
export function parsePath(req: Request): Request['params'] {
  for (const [name, value] of Object.entries(req.params)) checkText(String(value), `path.${name}`)
  return req.params
}

/** A number out of a path. @throws Refusal 404: an id that cannot exist does not exist. */
export function idOf(text: string, what: string): number {
  // written one way alone: what was opened is written down once
  if (!/^(?:0|[1-9]\d{0,14})$/.test(text)) throw notFound(what, text.slice(0, 40))
  return Number(text)
}

function parsed(schema: z.ZodType, value: unknown, where: string): unknown {
  const result = schema.safeParse(value ?? {})
  if (result.success) return result.data
  const errors = result.error.issues.slice(0, 20).map((issue) => ({
    path: [where, ...issue.path.map(String)].join('.'),
    message: issue.message,
  }))
  const first = errors[0]
  throw new Refusal(
    'malformed',
    'Not valid',
    `The ${first?.path ?? where} is not valid: ${first?.message ?? 'unknown'}.`,
    {
      errors,
    },
  )
}
