import { componentTerm, IN_TROUBLE, sheetQuery, term } from '@pumphandle/shared/words'
import { describe, expect, test } from 'vitest'
import { parse, type Query } from '../../src/query/index.ts'

// What links, sheets and lists write in the query language must be read as what they meant.

function read(text: string): Query {
  const result = parse(text)
  if (!result.ok) throw new Error(`${text}: ${result.error.message}`)
  return result.query
}

test.each([
  'OptiPlex 3080',
  'VMware7,1',
  '21.5" All-in-One (touch)',
  'a*b',
  'N2JET99W (1.77 )',
  'model@home',
  '<none>',
])('a value is one value: %s', (model) =>
  expect(read(term('model', model))).toMatchObject({ patterns: [{ pieces: [model.toLowerCase()] }] }),
)

describe('a version', () => {
  test.each([
    { kind: 'firmware', name: 'bios', version: 'N1CET63W (1.31 )' },
    { kind: 'content', name: 'eset', version: '12345 (20240401)' },
    { kind: 'content', name: 'falcon/291', version: '2024-07-19T04:09Z' },
    { kind: 'sensor', name: 'panda dome, home', version: '7,16' },
    { kind: 'driver', name: 'a@b.sys', version: '1.0' },
  ])('$kind:$name@$version', (component) =>
    expect(read(componentTerm(component))).toMatchObject({
      type: 'component',
      component: {
        kind: component.kind,
        names: [{ pieces: [component.name] }],
        versions: { clauses: [{ type: 'exact', version: component.version }] },
      },
    }),
  )

  test('a suspect that is a product or a model finds all that have it', () => {
    expect(read(componentTerm({ kind: 'product', name: 'falcon', version: '' }))).toMatchObject({
      component: { kind: 'sensor', names: [{ pieces: ['falcon'] }] },
    })
    expect(read(componentTerm({ kind: 'model', name: 'OptiPlex 3080, Micro', version: '' }))).toMatchObject({
      attribute: 'model',
      patterns: [{ pieces: ['optiplex 3080, micro'] }],
    })
  })
})

test('a sheet lists who is ill of an incident, else who is in trouble, or all', () => {
  expect(sheetQuery('A81001', { incident: 7, all: false })).toBe(
    'practice:A81001 incident:7 (cohort:affected or cohort:relapsed or cohort:missing)',
  )
  expect(sheetQuery('A81001', { all: false })).toBe(`practice:A81001 ${IN_TROUBLE}`)
  expect(sheetQuery('A81001', { incident: 7, all: true })).toBe('practice:A81001')
  for (const all of [true, false]) read(sheetQuery('A81001', { all }))
})
