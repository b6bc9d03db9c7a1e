import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { describeCommand } from '../src/command/options.ts'
import { KINDS } from '../src/random/kinds.ts'
import { CONFOUNDER_TYPES } from '../src/scenario/confounder.ts'
import { SYMPTOMS } from '../src/scenario/defect.ts'
import { HOSTILE_ACTS } from '../src/scenario/hostile.ts'
import { SLOTS } from '../src/scenario/parts.ts'
import { parseScenario } from '../src/scenario/read.ts'

const text = readFileSync(new URL('../../../docs/scenarios.md', import.meta.url), 'utf8')

describe('docs/scenarios.md', () => {
  test('names every slot, symptom, confounder and hostile act', () => {
    for (const word of [...SLOTS, ...SYMPTOMS, ...CONFOUNDER_TYPES, ...HOSTILE_ACTS])
      expect(text).toContain(`\`${word}\``)
  })

  test('what a field is when it is left out is as the schema says', () => {
    const defaults = new Map<string, unknown[]>()
    const look = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return
      for (const [name, one] of Object.entries(value)) {
        const { default: told } = (one ?? {}) as { default?: unknown }
        if (typeof told === 'number') defaults.set(name, [...(defaults.get(name) ?? []), told])
        look(one)
      }
    }
    look(JSON.parse(readFileSync(new URL('../scenario.schema.json', import.meta.url), 'utf8')))
    const told = [...text.matchAll(/`(\w+)` (\d[\d.]*)(?=[ ,;)])/g)].filter(([, name = '']) => defaults.has(name))
    expect(told.length).toBeGreaterThan(20)
    for (const [, name = '', value] of told) expect({ [name]: defaults.get(name) }).toEqual({ [name]: [Number(value)] })
  })

  test('outages are drawn with the weights that it gives', () => {
    const [, row = ''] = text.match(/^\| kind, by weight \| (.*) \|$/m) ?? []
    expect([...row.matchAll(/ (\d+)(?=,|$)/g)].map(([, weight]) => Number(weight))).toEqual(
      KINDS.map(({ weight }) => weight),
    )
  })

  test('its example is a scenario without a warning', () => {
    const blocks = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map((block) => block[1]!)
    expect(blocks.length).toBeGreaterThan(0)
    for (const block of blocks) expect(parseScenario(JSON.parse(block)).warnings).toEqual([])
  })

  test('every flag that it names exists', () => {
    const flags = new Set([...text.matchAll(/(?<![\w-])--([a-z][a-z-]+)/g)].map((match) => `--${match[1]}`))
    const scoreboard = readFileSync(new URL('../../../scripts/scoreboard.ts', import.meta.url), 'utf8')
    const known = [
      ...describeCommand('npm run simulate --').options.map((option) => option.long),
      ...[...scoreboard.matchAll(/^ {2}(--[a-z][a-z-]+)/gm)].map(([, flag]) => flag),
    ]
    for (const flag of flags) expect(known).toContain(flag)
  })
})

test('the examples of --help are understood', () => {
  let help = ''
  const command = describeCommand('npm run simulate --').configureOutput({ writeOut: (part) => (help += part) })
  command.outputHelp()
  const examples = [...(help.split('Examples:')[1] ?? '').matchAll(/npm run simulate -- (.*)/g)].map((match) =>
    match[1]!.split(' '),
  )
  expect(examples.length).toBeGreaterThan(3)
  for (const example of examples)
    expect(() => describeCommand('npm run simulate --').parse(example, { from: 'user' })).not.toThrow()
})
