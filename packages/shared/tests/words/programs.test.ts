import { describe, expect, test } from 'vitest'
import { nameWords, PRACTICE_PROGRAMS, programOfProcess } from '../../src/words/index.ts'

describe('programs of a practice', () => {
  test('have ids in order and a title each', () => {
    const ids = PRACTICE_PROGRAMS.map(({ id }) => id)
    expect(ids).toEqual([...new Set(ids)].sort())
    expect(nameWords({ kind: 'app', name: 'emis-web' })).toBe('EMIS Web')
  })

  test.each([
    ['OUTLOOK.EXE', 'outlook'],
    ['msedgewebview2.exe', 'edge-webview'],
    ['EmisWeb.Client-9.exe', 'emis-web'],
    ['SystmOne.exe', 'systmone'],
    ['spoolsv.exe', 'print-spooler'],
    ['division.exe', undefined],
    ['notepad.exe', undefined],
  ])('%s is %s', (file, id) => expect(programOfProcess(file)?.id).toBe(id))
})
