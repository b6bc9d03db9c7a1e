import { expect, test } from 'vitest'
import { textOf } from '../../src/words/index.ts'

const CSV = 'code,name\nA81001,Café Surgery'

test('a file is read whatever wrote it: with a mark at its beginning or none, in two bytes a letter, in the old alphabet', () => {
  const utf16 = Buffer.from(`\uFEFF${CSV}`, 'utf16le')
  expect(textOf(Buffer.from(CSV))).toBe(CSV)
  expect(textOf(Buffer.from(`\uFEFF${CSV}`))).toBe(CSV)
  expect(textOf(utf16)).toBe(CSV)
  expect(textOf(Buffer.from(utf16).swap16())).toBe(CSV)
  expect(textOf(Buffer.from(CSV, 'latin1'))).toBe(CSV)
})
