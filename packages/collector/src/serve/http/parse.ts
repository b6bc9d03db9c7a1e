import type { Route } from '@pumphandle/shared/api'
import type { Request } from 'express'
import type * as z from 'zod'
import { notFound, Refusal } from '../../model/refusal.ts'

/** The request's query by the route's schema; a name that the route does not know is refused, so that a typo shows. */
export function parseQuery(route: Route, req: Request): unknown {
  if (!route.query) return {}
  return parsed(route.query.strict(), req.query, 'query')
}

/** @throws Refusal 415 for another media type, 400 with a line for each field that is wrong. */
export function parseBody(route: Route, req: Request): unknown {
  if (!route.body) return undefined
  if (!req.is('application/json'))
    throw new Refusal('wrong-type', 'Not JSON', 'Send the body as JSON with "Content-Type: application/json".')
  return parsed(route.body, req.body, 'body')
}

/** A number out of a path. @throws Refusal 404: an id that cannot exist does not exist. */
export function idOf(text: string, what: string): number {
  if (!/^\d{1,15}$/.test(text)) throw notFound(what, text.slice(0, 40))
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
