import * as z from 'zod'
import { Scenario } from './scenario.ts'

/** The format as JSON Schema 2020-12, for editors. What a machine reads is the zod schema; this is made from it. */
export function scenarioJsonSchema(): Record<string, unknown> {
  return {
    title: 'Pumphandle fleet scenario',
    description: 'A fleet, what happens to it, and what a detector should say about it. See docs/scenarios.md.',
    ...z.toJSONSchema(Scenario, { io: 'input', unrepresentable: 'any' }),
  }
}
