import { expect, test } from 'vitest'
import { parse, type Query } from '../../src/query/index.ts'
import { type Groups, SavedGroups, withGroups } from '../../src/search/groups.ts'

function read(text: string): Query {
  const result = parse(text)
  if (!result.ok) throw new Error(result.error.message)
  return result.query
}

const groups = (questions: Record<string, string>): Groups =>
  new Map(Object.entries(questions).map(([name, q]) => [name, read(q)]))

test('a group’s question stands in its place, and one that is in itself has nobody', () => {
  const known = groups({ Pilot: 'tag:ring:pilot', Wide: 'group:pilot or state:dark', Self: 'group:self' })
  expect(withGroups(read('group:wide'), known)).toMatchObject({
    type: 'or',
    of: [{ type: 'or', of: [{ type: 'or', of: [{ type: 'tag' }] }, { type: 'state' }] }],
  })
  expect(withGroups(read('group:self'), known)).toMatchObject({ type: 'or', of: [{ type: 'group' }] })
})

test('questions that each ask for all the others are refused, and not written out first', () => {
  const names = Array.from({ length: 20 }, (_, n) => `g${n}`)
  const known = groups(Object.fromEntries(names.map((name) => [name, 'group:*'])))
  // written out it would be 20 factorial
  expect(() => withGroups(read('group:*'), known)).toThrow('too long')
  expect(() => withGroups(read('group:g1'), known)).toThrow('too long')
})

test('saved questions are understood anew only where they differ', () => {
  const saved = new SavedGroups()
  const first = saved.of([{ name: 'Pilot', q: 'tag:ring:pilot' }])
  expect([...first.keys()]).toEqual(['Pilot'])
  expect(saved.of([{ name: 'Pilot', q: 'tag:ring:pilot' }])).toBe(first)
  expect(saved.of([{ name: 'Pilot', q: 'tag:ring:broad' }])).not.toBe(first)
})
