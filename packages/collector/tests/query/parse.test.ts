import { describe, expect, test } from 'vitest'
import { parse, type Query, type QueryError } from '../../src/query/index.ts'

function read(text: string): Query {
  const result = parse(text)
  if (!result.ok) throw new Error(result.error.message)
  return result.query
}

function wrong(text: string): QueryError & { at: string } {
  const result = parse(text)
  if (result.ok) throw new Error(`${text} parses`)
  return { ...result.error, at: text.slice(result.error.start, result.error.end) }
}

describe('joining', () => {
  test('terms beside each other must all hold; or binds less', () => {
    expect(read('a b or -c')).toMatchObject({
      type: 'or',
      of: [
        { type: 'and', of: [{ text: 'a' }, { text: 'b' }] },
        { type: 'not', of: { text: 'c' } },
      ],
    })
  })

  test('and, or, not are words in any case, and parts of words are not', () => {
    expect(read('a AND (b OR NOT c)')).toEqual(expect.objectContaining({ type: 'and' }))
    expect(read('oracle android nothing')).toMatchObject({
      of: [{ text: 'oracle' }, { text: 'android' }, { text: 'nothing' }],
    })
    expect(read('"or"')).toMatchObject({ type: 'text', text: 'or' })
  })

  test('nothing asks for everything', () => expect(read('  ')).toEqual({ type: 'all' }))

  test('a hyphen inside a word is part of it', () => expect(read('pc-7')).toMatchObject({ text: 'pc-7' }))
})

describe('values', () => {
  test('the issue asks for all of these', () => {
    for (const text of [
      'state:boot-loop',
      'practice:A81001',
      'region:"North East and Yorkshire"',
      'sensor:falcon@7.16.*',
      'sensor:falcon@>=7.11,<7.17',
      'content:falcon/291@2024-07-19T04:09Z',
      'driver:csagent.sys',
      'os:19045.*',
      'crashed:>2024-07-19T04:00Z',
      'stop:0x50',
      'culprit:csagent.sys',
      'model:"OptiPlex 3080"',
      'seen:<15m',
      'incident:12 cohort:at-risk',
      'had:content:falcon/291@2024-07-19T04:09Z',
      'had:content:falcon/291@2024-07-19T04:09Z at:2024-07-19T04:09Z..2024-07-19T05:27Z',
      '-state:healthy (reception or model:OptiPlex*)',
    ]) {
      expect({ text, ...parse(text) }).toMatchObject({ text, ok: true })
    }
  })

  test('several with commas', () => {
    expect(read('state:dark,boot-loop')).toMatchObject({ states: ['dark', 'boot-loop'] })
    expect(read('driver:a.sys,"b c.sys"')).toMatchObject({
      component: { names: [{ pieces: ['a.sys'] }, { pieces: ['b c.sys'] }] },
    })
  })

  test('a quote in quotes is written twice', () => {
    expect(read('model:"19"" rack, large"')).toMatchObject({ patterns: [{ pieces: ['19" rack, large'] }] })
  })

  test('a moment covers the minute or day it names', () => {
    const day = { moment: { ms: Date.UTC(2024, 6, 19) }, width: 86_400_000, inclusive: true }
    expect(read('crashed:2024-07-19')).toMatchObject({ range: { after: day, before: day } })
    const minute = { moment: { ms: Date.UTC(2024, 6, 19, 4, 9) }, width: 60_000 }
    expect(read('crashed:<=2024-07-19T05:09+01:00')).toMatchObject({ range: { before: minute } })
  })

  test('os takes a version or the name people know', () => {
    expect(read('os:19045.*')).toMatchObject({ type: 'component', component: { kind: 'os', names: [] } })
    expect(read('os:"Windows 11*"')).toMatchObject({ type: 'attribute', attribute: 'osName' })
    expect(read('os:windows@>=19045')).toMatchObject({
      type: 'component',
      component: { names: [{ pieces: ['windows'] }] },
    })
  })

  test('a cohort speaks of the incident beside it or around its brackets', () => {
    expect(read('incident:12 (cohort:at-risk or x)')).toMatchObject({
      of: [{ ids: [12], cohorts: [] }, { of: [{ ids: [12], cohorts: ['at-risk'] }, { text: 'x' }] }],
    })
    expect(read('incident:12 or cohort:at-risk')).toMatchObject({
      of: [{ ids: [12] }, { ids: [], cohorts: ['at-risk'] }],
    })
  })
})

describe('an error says where it is and what is possible', () => {
  test.each([
    ['state:boot-lop', 'boot-lop', 'there is no state boot-lop: did you mean boot-loop?'],
    ['x sate:dark', 'sate:', 'there is no field sate: did you mean state:?'],
    ['state:', 'state:', 'state: needs a value right after the colon, as in state:boot-loop,dark'],
    ['state: dark', 'state:', 'state: needs a value right after the colon, as in state:boot-loop,dark'],
    ['sensor:falcon@7.1*', '7.1*', '* stands for whole parts: write 7.1.*'],
    ['sensor:falcon@', '@', 'a version is missing after @'],
    ['sensor:>=7.16', '>=7.16', 'a name stands before the version, as in sensor:falcon@>=7.16'],
    ['sensor:falcon@>=7.11,', '', 'a version is missing here'],
    ['(a or b', '(a or b', 'this bracket is not closed'],
    ['a or b)', ')', 'no bracket is open here'],
    ['a or', 'or', 'a term is missing after or'],
    ['or a', 'or', 'or stands between two terms'],
    ['a and or b', 'or', 'or stands between two terms'],
    ['a -', '-', 'a term is missing after -'],
    ['model:"OptiPlex', '"OptiPlex', 'this quote is not closed'],
    ['crashed:2024-02-31', '2024-02-31', 'there is no such date or time'],
    [
      'crashed:yesterday',
      'yesterday',
      'a time is written as 2024-07-19, 2024-07-19T04:09Z or, before now, as 15m, 24h, 7d',
    ],
    ['stop:PAGE_FAULT', 'PAGE_FAULT', 'a stop code is a number such as 0x50 or 80'],
    ['name:*7', '*7', 'here * may stand only at the end'],
    ['at:2024-07-19', 'at:', 'at: belongs right after a had: term, as in had:sensor:falcon@7.16.* at:2024-07-19'],
    ['state:dark at:2024-07-19', 'at:2024-07-19', 'at: belongs right after a had: term'],
    ['had:state:dark', 'state:', expect.stringMatching(/^there is no field of the past state: possible are sensor, /)],
    ['had: x', 'had:', 'had: stands before a field, as in had:sensor:falcon@7.16.*'],
    ['a\0b', '\0', 'a query holds no control characters and no halves of characters'],
    ['""', '""', 'there is nothing in these quotes'],
  ])('%s', (text, at, message) => expect(wrong(text)).toMatchObject({ at, message }))

  test('and lists what there is', () => {
    expect(wrong('state:x').possible).toContain('boot-loop')
    expect(wrong('modle:x')).toMatchObject({ nearest: ['model:'] })
  })
})

describe('limits', () => {
  test.each([
    ['length', 'a'.repeat(2001), 'a query has at most 2000 characters, this one 2001'],
    ['depth', `${'('.repeat(21)}a${')'.repeat(21)}`, 'more than 20 brackets and negations inside each other'],
    ['depth of negations', `${'-'.repeat(21)}a`, 'more than 20 brackets and negations inside each other'],
    ['terms', 'a '.repeat(65), 'more than 64 terms'],
    ['the past', 'had:stop:0x50 '.repeat(5), 'more than 4 times had:'],
    ['values', `model:${Array.from({ length: 201 }, (_, i) => i).join()}`, 'more than 200 values in one term'],
    ['stars', 'driver:*a*b*c*', 'more than 3 stars in one name'],
  ])('%s', (_name, text, message) => expect(wrong(text).message).toBe(message))

  test('what is just within them parses', () => {
    expect(parse('a '.repeat(64).trim()).ok).toBe(true)
    expect(parse(`${'('.repeat(20)}a${')'.repeat(20)}`).ok).toBe(true)
  })
})
