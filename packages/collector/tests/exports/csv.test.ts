import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvHeader, csvLines } from '../../src/exports/csv.ts'

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1'])('%j does not run as a formula', (text) => {
  const [[cell]] = parse(csvLines([[text]])) as [[string]]
  expect(cell).toBe(`'${text}`)
})

test('numbers, also below zero, stay numbers; nothing is an empty cell', () => {
  expect(csvLines([[-5, null, 'a "b", c']])).toBe('-5,,"a ""b"", c"\r\n')
})

test('the mark for Excel comes first, when asked', () => {
  expect(csvHeader(['é'], true)).toBe('\uFEFFé\r\n')
  expect(csvHeader(['é'], false)).toBe('é\r\n')
})

test('any text comes back as it was, but for the apostrophes', () => {
  const cell = fc.string({ unit: 'binary', maxLength: 30 })
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), (rows) => {
      const read = parse(csvLines(rows), { relax_column_count: true, skip_empty_lines: false }) as string[][]
      const bare = (table: readonly (readonly string[])[]) =>
        table.map((row) => row.map((text) => text.replaceAll("'", '')))
      expect(bare(read)).toEqual(bare(rows))
    }),
  )
})
