import { expect, test } from 'vitest'
import { Refusal } from '../../src/model/refusal.ts'
import { sortedPage } from '../../src/serve/http/sorted-page.ts'

interface Row {
  urgency: number
  name: string
  code: string
}
const keysOf = ({ urgency, name, code }: Row) => [urgency, name, code]
const row = (urgency: number, name: string, code = name): Row => ({ urgency, name, code })
const names = (rows: readonly Row[]) => rows.map(({ code }) => code)

test('pages put together are the list in order, equal names told apart', () => {
  const rows = [row(2, 'b'), row(0, 'z'), row(2, 'a', 'A2'), row(2, 'a', 'A1'), row(1, 'Émile'), row(1, 'Eve')]
  const all: string[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: ReturnType<typeof sortedPage<Row>> = sortedPage(rows, keysOf, { cursor: cursor ?? undefined, limit: 2 })
    expect(page.total).toBe(6)
    all.push(...names(page.items))
    cursor = page.next
  }
  expect(all).toEqual(['z', 'Émile', 'Eve', 'A1', 'A2', 'b'])
})

test('what comes, goes or moves between two pages leaves out no other row and repeats none', () => {
  const rows = ['a', 'b', 'c', 'd', 'e'].map((name) => row(1, name))
  const first = sortedPage(rows, keysOf, { limit: 2 })
  expect(names(first.items)).toEqual(['a', 'b'])
  const later = [row(0, 'e'), row(1, 'aa'), ...rows.filter(({ name }) => !'be'.includes(name))]
  const second = sortedPage(later, keysOf, { cursor: first.next ?? undefined, limit: 9 })
  expect(names(second.items)).toEqual(['c', 'd'])
  expect(second.next).toBeNull()
})

test('a cursor of another list is refused', () => {
  expect(() => sortedPage([row(1, 'a')], keysOf, { cursor: 'WzFd', limit: 2 })).toThrow(Refusal)
})
