import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { sharedDir } from '../../../tests/support/shared.ts'
import { scenarioJsonSchema } from '../src/scenario/json-schema.ts'
import { parseScenario, readScenario, ScenarioError, unknownProducts } from '../src/scenario/read.ts'

const folder = fileURLToPath(new URL('../scenarios', import.meta.url))
const least = {
  format: 'fhm-scenario/1',
  id: 'least',
  clock: { start: '2024-01-02T09:00:00Z', duration_s: 60 },
  fleet: { machines: 10 },
}

function faultsOf(change: Record<string, unknown>): readonly string[] {
  try {
    parseScenario({ ...least, ...change })
  } catch (error) {
    if (error instanceof ScenarioError) return error.faults
    throw error
  }
  return []
}

describe('reading', () => {
  test('the least scenario gets every default', () => {
    const { scenario, warnings } = parseScenario(least)
    expect(warnings).toEqual([])
    expect(scenario.agent).toMatchObject({ heartbeat_s: 15, lost_min_s: 25, lost_max_s: 40, watch_s: [1, 3] })
    expect(scenario.fleet).toMatchObject({ regions: 42, region_affinity: 0.85, always_on: 0.25 })
    expect(scenario.fleet.stacks.map((stack) => stack.product)).toContain('falconish')
    expect(scenario.truth).toEqual({ incidents: [], max_false: 0 })
  })

  test('a part of a group keeps the rest of its defaults', () => {
    const { scenario } = parseScenario({ ...least, fleet: { machines: 10, attrs: { gpu: { none: 1 } } } })
    expect(scenario.fleet.attrs.gpu).toEqual({ none: 1 })
    expect(scenario.fleet.attrs.nic).toEqual({ 'e1d-12': 0.6, 'rtl-10': 0.4 })
  })

  test('null is the same as absent', () => {
    const truth = { incidents: [{ cause: 'content:x@1', also_ok: null, pair: null, detect_within_s: 60 }] }
    expect(parseScenario({ ...least, truth }).scenario.truth.incidents[0]).toMatchObject({ also_ok: [], pair: [] })
  })

  test('what is not known is left out with a warning, wherever it stands', () => {
    const { warnings, scenario } = parseScenario({
      ...least,
      colour: 'red',
      fleet: { machines: 10, hours: { lunch: 1 } },
      confounders: [{ type: 'collector restart' }, { type: 'meteor' }],
    })
    expect(warnings).toHaveLength(3)
    expect(warnings.join('\n')).toContain('fleet.hours.lunch is not known')
    expect(warnings.join('\n')).toContain('confounders[1] is of a type that is not known (meteor)')
    expect(scenario.confounders).toEqual([{ type: 'collector_restart', at_s: 1 }])
  })

  test.each([
    [{ format: 'other/1' }, 'format: must be "fhm-scenario/1"'],
    [{ clock: { start: 'yesterday', duration_s: 1 } }, 'clock.start: write a UTC time like 2024-07-19T03:30:00Z'],
    [{ fleet: { machines: 0 } }, 'fleet.machines: Too small: expected number to be >=1'],
    [{ agent: { watch_s: [3, 1] } }, 'agent.watch_s: the first number must not be larger than the second'],
    [{ rollouts: [{ at_s: 0, slot: 'hat', version: '1' }] }, 'rollouts[0].slot'],
    [{ defects: [{ when: {}, trigger: 'arrival', symptom: 'sneeze' }] }, 'defects[0].symptom'],
    [
      { truth: { incidents: [{ cause: 'falcon', detect_within_s: 1 }] } },
      'truth.incidents[0].cause: write slot:family',
    ],
  ])('a fault is named with its path: %j', (change, said) => {
    expect(faultsOf(change).join('\n')).toContain(said)
  })

  test('a file that is not there or no JSON is one sentence', () => {
    expect(() => readScenario(join(folder, 'none.json'))).toThrow(/cannot be read/)
    expect(() => readScenario(fileURLToPath(import.meta.url))).toThrow(/is not JSON/)
  })

  test('a roll-out for a product that nobody has is worth a word', () => {
    const rollouts = [{ at_s: 0, slot: 'content', product: 'ghost', version: '1' }]
    expect(unknownProducts(parseScenario({ ...least, rollouts }).scenario)[0]).toContain('goes to every machine')
  })
})

describe('our scenarios', () => {
  test.each(readdirSync(folder))('%s is complete', (file) => {
    const { scenario, warnings } = readScenario(join(folder, file))
    expect(warnings).toEqual([])
    expect(`${scenario.id}.json`).toBe(file)
  })

  test('the published schema is current', () => {
    const published = readFileSync(new URL('../scenario.schema.json', import.meta.url), 'utf8')
    // written by: npm run -s simulate -- --schema > packages/simulator/scenario.schema.json
    expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(scenarioJsonSchema())))
  })
})

test.skipIf(sharedDir === undefined)('public scenarios are read without a warning', () => {
  const shared = join(sharedDir!, 'scenarios')
  const read = readdirSync(shared).map((file) => readScenario(join(shared, file)))
  expect(read.length).toBeGreaterThanOrEqual(12)
  expect(read.flatMap(({ warnings, scenario }) => [...warnings, ...unknownProducts(scenario)])).toEqual([])
})
