import { describe, expect, test } from 'vitest'
import { componentWords, hasUnseen, said, seen } from '../../src/words/index.ts'

describe('a machine’s word in a sentence of ours', () => {
  test.each([
    'csagent.sys',
    '7.16.18605.0',
    'OptiPlex 7010',
    'RECEPTION-01',
    "O'Brien (spare)",
    '19045.4651+KB5040427',
    'e1d68x64.sys',
    // no number that anybody rings
    '10.0.19041.4648',
    '0.0.19041.4648',
    'PC-0123456789',
    '2024-07-19 0409',
    '1.0.123456789',
  ])('%s stays as it is', (name) => {
    expect(said(name)).toBe(name)
  })

  test.each([
    ['https://evil.example/login', '“https[:]//evil[.]example/login”'],
    ['ring 0800 then visit evil.com', '“ring 0800 then visit evil[.]com”'],
    ['mail it@evil.ru', '“mail it[at]evil[.]ru”'],
    ['call IT now 07700 900123', '“call IT now 0770[ ]0900[ ]123”'],
    ['Helpdesk +44 (0)20 7946 0000', '“Helpdesk +440[ ]2079[ ]4600[ ]00”'],
    ['ring 0800.123.4567', '“ring 0800[ ]1234[ ]567”'],
    ['00447700900123', '“0044[ ]7700[ ]9001[ ]23”'],
    ['YOUR PASSWORD HAS EXPIRED! Sign in again!', '“YOUR PASSWORD HAS EXPIRED! Sign in again!”'],
    ['x'.repeat(60), `“${'x'.repeat(47)}…”`],
    ['gpj\u202Eexe.sys', 'gpjexe.sys'],
    // a pair of UTF-16 that the cut would halve
    [`!${'\u{1F600}'.repeat(30)}`, `“!${'\u{1F600}'.repeat(23)}…”`],
    [`!!${'\u{1F600}'.repeat(30)}`, `“!!${'\u{1F600}'.repeat(22)}…”`],
  ])('%s is quoted, cut and no link', (name, words) => {
    expect(said(name)).toBe(words)
  })

  test('what is not seen is found and left out', () => {
    const marks = ['\u0000', '\u200B', '\u200F', '\u202E', '\u2066', '\uFEFF', '\u{E0041}', '\u2028']
    // a letter that is none, a blank that is no space, joiners that join nothing, half of a pair, a character that is none
    marks.push('\u3164', '\u115F', '\uFFA0', '\u2800', '\u034F', '\u17B4', '\uFE0F', '\u{E0100}', '\uD83D', '\uFFFF')
    for (const mark of marks) {
      expect(hasUnseen(`a${mark}b`)).toBe(true)
      expect(seen(`a${mark}b`)).toBe('ab')
    }
    expect(hasUnseen('Überprüfung – naïve')).toBe(false)
  })

  test('marks that are heaped on a letter do not cover the lines around it', () => {
    expect(seen(`e${'\u0301'.repeat(40)}`)).toBe(`e${'\u0301'.repeat(3)}`)
  })

  test.each([
    ['f\u0430lcon', true],
    ['\u0415\u041C\u0406\u0405', true],
    ['\uFF26alcon', true],
    ['\u{1D41F}alcon', true],
    ['Приёмная', false],
    ['Überprüfung', false],
    ['受付-01', false],
    ['Realtek® µ-audio', false],
  ])('%s looks Latin and is not: %s', (name, isOdd) => {
    expect(said(name).endsWith('” (not in Latin letters)')).toBe(isOdd)
  })

  test('it is so in what components are called', () => {
    expect(componentWords({ kind: 'driver', name: 'https://a.com', version: '1' })).toBe('driver “https[:]//a[.]com” 1')
    expect(componentWords({ kind: 'content', name: 'falcon/291', version: '2024-07-19T04:09Z' })).toBe(
      'Falcon channel file 291 of 04:09 UTC on 19 July 2024',
    )
  })
})
