import { describe, expect, test } from 'vitest'
import { FleetColumns, FleetVocabulary, parse, suggest, unknownNames } from '../../src/query/index.ts'
import { componentRow, machineRow } from './support/rows.ts'

const columns = new FleetColumns()
columns.setRegion({ id: 1, code: 'QMJ', name: 'North Central London' })
columns.setPractice({ id: 1, code: 'A81001', name: 'The Densham Surgery', pcn_id: null })
columns.setPractice({ id: 2, code: 'A81002', name: 'Queens Park', pcn_id: null })
for (const [id, version] of ['7.9.1', '7.16.18605', '7.16.18613'].entries())
  columns.setComponent(componentRow(id + 1, 'sensor', 'falcon', version))
columns.setComponent(componentRow(9, 'sensor', 'Sophos Endpoint', '2024.1'))
columns.setComponent(componentRow(10, 'sensor', 'gone', '1'))
for (const [id, component] of [1, 2, 3, 3, 9].entries()) {
  columns.setMachine(
    machineRow(id, { practice_id: 1, model: id < 3 ? 'OptiPlex 3080' : 'ProDesk', last_crash_stop: 0x50 }),
  )
  columns.addComponent(id, component)
}
const vocabulary = new FleetVocabulary(columns)

/** `|` is the cursor. */
function at(marked: string): { replaced: string; texts: string[] } {
  const cursor = marked.indexOf('|')
  const text = marked.replace('|', '')
  const { start, end, items } = suggest(text, cursor, vocabulary)
  return { replaced: text.slice(start, end), texts: items.map((i) => i.text) }
}

describe('suggestions at the cursor', () => {
  test.each([
    ['sta|', 'sta', ['state:']],
    ['state:dark -(se|', 'se', ['sensor:', 'seen:']],
    ['modle|', 'modle', ['model:']],
    ['state:b|', 'b', ['boot-loop']],
    ['state:dark,he|', 'he', ['healthy']],
    ['sensor:|', '', ['falcon', '"Sophos Endpoint"']],
    ['sensor:falcon state:on|', 'on', ['on']],
    ['sensor:"Soph|', '"Soph', ['"Sophos Endpoint"']],
    ['had:sensor:fal|', 'fal', ['falcon']],
    ['had:st|', 'st', ['stop:']],
    ['sensor:falcon@|', '', ['<7.16.18613', '7.16.18613', '7.16.18605', '7.9.1']],
    ['sensor:falcon@>=7.9,<7.16.186|', '7.16.186', ['7.16.18613', '7.16.18605']],
    ['practice:dens|', 'dens', ['A81001']],
    ['model:Op|', 'Op', ['"OptiPlex 3080"']],
    ['stop:|', '', ['0x50']],
    ['cohort:at|', 'at', ['at-risk']],
    ['quee|', 'quee', ['practice:A81002']],
    ['falc|', 'falc', ['sensor:falcon', 'sensor:falcon<7.16.18613']],
    ['sensor:falcon|', 'falcon', ['falcon', 'falcon<7.16.18613']],
    ['sensor:falcon<|', '', ['7.16.18613', '7.16.18605', '7.9.1']],
    ['sensor:falcon>=7.1|', '7.1', ['7.16.18613', '7.16.18605']],
    ['state:on Falcon older than 7.16|', 'Falcon older than 7.16', ['sensor:falcon<7.16']],
    ['falcon newer than 7.9|', 'falcon newer than 7.9', ['sensor:falcon>7.9']],
    ['practice older than 7|', '7', []],
    ['lond|', 'lond', ['region:QMJ']],
    ['state:o|', 'o', ['offline', 'on', 'off']],
    ['nonsense:x|', 'x', []],
    ['name:x|', 'x', []],
  ])('%s', (marked, replaced, texts) => expect(at(marked)).toEqual({ replaced, texts }))

  test('a cursor in the middle replaces what is before it', () => {
    expect(at('sta| sensor:falcon')).toEqual({ replaced: 'sta', texts: ['state:'] })
  })

  test('an empty query offers every field', () => expect(at('|').texts.slice(0, 2)).toEqual(['state:', 'sensor:']))

  test('times are offered as examples', () => expect(at('crashed:<|').texts).toEqual(['<15m', '<24h']))
})

describe('what nothing in the fleet bears is pointed at', () => {
  function unknown(text: string) {
    const result = parse(text)
    if (!result.ok) throw new Error(result.error.message)
    return unknownNames(result.query, vocabulary)
  }

  test('a name, with the nearest', () => {
    const message = 'no machine has a sensor called flacon: did you mean falcon?'
    expect(unknown('x sensor:flacon@7.*')).toEqual([{ message, start: 2, end: 19, possible: [], nearest: ['falcon'] }])
  })

  test('a version, with those that begin with it', () => {
    expect(unknown('sensor:falcon@7.9,7.16.18605')).toMatchObject([
      { message: 'no machine has falcon in version 7.9: did you mean 7.9.1?', nearest: ['7.9.1'] },
    ])
  })

  test('but not what is there, has a star, is a range or was in the past', () => {
    const known = 'practice:A81001 practice:"queens park" sensor:soph* sensor:Falcon@>=8 had:sensor:falcon@1'
    expect(unknown(known)).toEqual([])
  })
})
