import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { explain, parse, QUERY_LIMITS } from '../../src/query/index.ts'
import { COHORTS, FIELDS, HAD_FIELDS, STATES } from '../../src/query/language/fields.ts'

const text = readFileSync(new URL('../../../../docs/query.md', import.meta.url), 'utf8')
const examples = [...text.matchAll(/```query\n([^`]*)```/g)].flatMap(([, block = '']) => block.trim().split('\n'))
const rows = (heading: string): string[][] => {
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const cells = [...section.matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(' | '))
  return cells.slice(1)
}

describe('docs/query.md', () => {
  test.each(examples)('%s', (query) => expect(parse(query)).toMatchObject({ ok: true }))

  test('says in words what its first example asks', () => {
    const first = parse(examples[0] ?? '')
    expect(first.ok && text.includes(`> ${explain(first.query)}\n`)).toBe(true)
  })

  test('lists every field as the language has it', () => {
    const expected = Object.entries(FIELDS).map(([name, f]) => [`\`${name}:\``, f.help, `\`${f.example}\``])
    expect(rows('Fields')).toEqual(expected)
    for (const { example } of Object.values(FIELDS)) expect({ example, ...parse(example) }).toMatchObject({ ok: true })
  })

  test('names every state, cohort and field of the past', () => {
    for (const name of [...STATES, ...COHORTS, ...HAD_FIELDS.map((f) => `${f}:`)]) expect(text).toContain(`\`${name}\``)
  })

  test('shows errors as they are', () => {
    for (const [written = '', answer] of rows('When it is wrong')) {
      const result = parse(written.replaceAll('`', ''))
      expect(result).toMatchObject({ ok: false, error: { message: answer } })
    }
  })

  test('states the limits', () => {
    const { length, terms, values, depth, wildcards } = QUERY_LIMITS
    expect(text).toContain(`${length.toLocaleString('en')} characters, ${terms} terms, ${values} values in a term`)
    expect(text).toContain(`${depth} brackets and negations inside each other, ${wildcards} stars in a name`)
  })
})
