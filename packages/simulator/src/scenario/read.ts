import { readFileSync } from 'node:fs'
import type * as z from 'zod'
import { CONFOUNDER_TYPES } from './confounder.ts'
import { Scenario } from './scenario.ts'

/** A scenario that cannot be run: one sentence for each fault, each with the path to it. */
export class ScenarioError extends Error {
  readonly faults: readonly string[]

  constructor(source: string, faults: readonly string[]) {
    super(`${source} is not a scenario that can be run:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
    this.name = 'ScenarioError'
    this.faults = faults
  }
}

export interface ReadScenario {
  readonly scenario: Scenario
  /** What was left out, because this version does not know it. */
  readonly warnings: readonly string[]
}

/** @throws ScenarioError when the file cannot be read, is no JSON, or does not follow the format. */
export function readScenario(file: string): ReadScenario {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new ScenarioError(file, [`cannot be read: ${(error as Error).message}`])
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new ScenarioError(file, [`is not JSON: ${(error as Error).message}`])
  }
  return parseScenario(json, file)
}

/**
 * Checks a scenario and fills in defaults. A field or kind of confounder that is not known is left out with a warning,
 * so that scenarios of a later version still run; a known field with a wrong value is a fault.
 * @throws ScenarioError
 */
export function parseScenario(json: unknown, source = 'The scenario'): ReadScenario {
  const input: unknown = withoutNulls(json)
  const warnings = dropUnknownConfounders(input)
  for (;;) {
    const result = Scenario.safeParse(input)
    if (result.success) {
      return { scenario: result.data, warnings }
    }
    const faults = result.error.issues.filter((issue) => issue.code !== 'unrecognized_keys')
    if (faults.length > 0) {
      throw new ScenarioError(
        source,
        faults.map((issue) => `${pathText(issue.path)}: ${issue.message}`),
      )
    }
    for (const issue of result.error.issues) warnings.push(...dropKeys(input, issue))
  }
}

function dropKeys(input: unknown, issue: z.core.$ZodIssue): string[] {
  if (issue.code !== 'unrecognized_keys') return []
  const holder = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], input)
  return issue.keys.map((key) => {
    delete (holder as Record<string, unknown>)[key]
    return `${pathText([...issue.path, key])} is not known and is left out`
  })
}

function dropUnknownConfounders(input: unknown): string[] {
  const list = (input as { confounders?: unknown } | null)?.confounders
  if (!Array.isArray(list)) return []
  const warnings: string[] = []
  const known = list.filter((confounder: unknown, i) => {
    const entry = confounder as { type?: unknown } | null
    if (typeof entry?.type !== 'string') return true
    entry.type = entry.type.trim().replaceAll(/[\s-]+/g, '_')
    if (CONFOUNDER_TYPES.includes(entry.type as string)) return true
    warnings.push(
      `confounders[${i}] is of a type that is not known (${String(entry.type)}) and is left out; there are ${CONFOUNDER_TYPES.join(', ')}`,
    )
    return false
  })
  list.splice(0, list.length, ...(known as unknown[]))
  return warnings
}

/** Scenarios written by programs say null where a person leaves a field out. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([, field]) => field !== null)
  return Object.fromEntries(kept.map(([key, field]) => [key, withoutNulls(field)]))
}

/** A roll-out for a product that no stack has would reach every machine: legal, and seldom meant. */
export function unknownProducts(scenario: Scenario): string[] {
  const products = new Set(scenario.fleet.stacks.map((stack) => stack.product))
  return scenario.rollouts.flatMap((rollout, i) => {
    if (rollout.product === undefined || products.has(rollout.product)) return []
    return [`rollouts[${i}].product is "${rollout.product}", which no stack has, so it goes to every machine`]
  })
}

/** `rollouts[0].stages[1].share` */
function pathText(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>(
    (soFar, part) => (typeof part === 'number' ? `${soFar}[${part}]` : `${soFar}.${String(part)}`),
    '',
  )
  return text.replace(/^\./, '') || 'the file'
}
