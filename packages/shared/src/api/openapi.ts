import * as z from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import { Problem } from './common.ts'
import type { Route } from './route.ts'
import { type RouteName, routes } from './routes.ts'

/** The OpenAPI 3.1 description of the API, made from the schemas that the server checks requests with. */
export function openApiDocument(version: string): ReturnType<typeof createDocument> {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    const path = (paths[`/api/v1${route.path}`] ??= {})
    path[route.method.toLowerCase()] = operation(name, route)
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Pumphandle',
      version,
      description: 'Everything that the dashboard and the command line do. Errors are problem documents (RFC 9457).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ token: [] }, { session: [] }],
    paths: paths as ZodOpenApiPathsObject,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token: `Authorization: Bearer pht_...`' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-pumphandle', description: 'Signed in on the dashboard' },
      },
    },
  })
}

function operation(name: RouteName, route: Route): ZodOpenApiOperationObject {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1] as string)
  const write = route.method !== 'GET'
  const media = route.response ? 'application/json' : (route.media ?? 'application/json')
  return {
    operationId: name,
    summary: route.summary,
    description: route.access === 'public' ? 'Open to anyone.' : `Needs the role ${route.access}.`,
    ...(route.access === 'public' ? { security: [] } : {}),
    requestParams: {
      ...(names.length > 0 ? { path: z.object(Object.fromEntries(names.map((n) => [n, z.string()]))) } : {}),
      ...(route.query ? { query: route.query } : {}),
      ...(write && route.access !== 'public' ? { header: IdempotencyHeader } : {}),
    },
    ...(route.body ? { requestBody: { content: { [bodyMedia(route)]: { schema: route.body } } } } : {}),
    ...(route.file ? { requestBody: { content: { [route.file]: { schema: z.string() } } } } : {}),
    responses: {
      '200': { description: 'OK', content: { [media]: { schema: route.response ?? z.string() } } },
      default: { description: 'A problem', content: { 'application/problem+json': { schema: Problem } } },
    },
  }
}

const IdempotencyHeader = z.object({
  'Idempotency-Key': z.string().max(200).optional().meta({ description: 'A repeat with the same key changes nothing' }),
})

const bodyMedia = ({ form }: Route) => (form ? 'application/x-www-form-urlencoded' : 'application/json')
