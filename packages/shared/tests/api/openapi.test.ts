import { expect, test } from 'vitest'
import { type Route, routes } from '../../src/api/index.ts'
import { openApiDocument } from '../../src/api/openapi.ts'

const document = openApiDocument('1.2.3')

test('every route is described, with its parameters, body, answer and role', () => {
  const described = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const real = Object.values(routes).map((route) => `${route.method} /api/v1${route.path}`)
  expect(described.toSorted()).toEqual(real.toSorted())
  for (const route of Object.values(routes) as Route[]) {
    const methods = document.paths?.[`/api/v1${route.path}`] as Record<
      string,
      { security?: unknown[]; description: string }
    >
    const operation = methods[route.method.toLowerCase()]
    const open = operation?.security?.length === 0
    expect({ path: route.path, open }).toEqual({ path: route.path, open: route.access === 'public' })
    expect(operation?.description).toContain(open ? 'anyone' : route.access)
  }
})

test('every schema that is referred to is there', () => {
  const text = JSON.stringify(document)
  const referred = [...text.matchAll(/#\/components\/schemas\/([\w-]+)/g)].map((m) => m[1] ?? '')
  expect(referred.length).toBeGreaterThan(50)
  const there = Object.keys(document.components?.schemas ?? {})
  expect(referred.filter((name) => !there.includes(name))).toEqual([])
})
