import { explain, parse, suggest, type Vocabulary } from '../../../src/query/index.ts'
import { Choices } from './choices.ts'
import { evaluate } from './evaluate.ts'
import { makeFleet } from './fleet.ts'
import { makeNoise, makeQuery } from './queries.ts'
import { MODELS, NOW } from './values.ts'

export interface FuzzResult {
  inputs: number
  parsed: number
  /** longest text that parsed */
  longest: number
}

const vocabulary: Vocabulary = {
  values: () => MODELS.map((value, count) => ({ value, count })),
  versions: () => [{ value: '7.16.18605', count: 3 }],
}

/**
 * Feeds random texts to everything that reads a query as people type it. Throws at the first that crashes, or whose error
 * points outside the text.
 */
export function fuzz(seed: number, inputs: number): FuzzResult {
  const random = new Choices(seed)
  const fleet = makeFleet(random, 3)
  const result: FuzzResult = { inputs, parsed: 0, longest: 0 }
  for (let i = 0; i < inputs; i++) {
    const text = makeInput(random)
    try {
      const parsed = parse(text)
      suggest(text, random.below(text.length + 2), vocabulary)
      if (parsed.ok) {
        explain(parsed.query)
        for (const machine of fleet) evaluate(parsed.query, machine, NOW)
        result.parsed++
        result.longest = Math.max(result.longest, text.length)
      } else {
        const { message, start, end } = parsed.error
        if (message === '' || start < 0 || end < start || end > text.length)
          throw new Error(`error at ${start} to ${end}`)
      }
    } catch (cause) {
      throw new Error(`seed ${seed}, input ${i}: ${JSON.stringify(text)}`, { cause })
    }
  }
  return result
}

/** Whole queries, queries with a wound, noise, and bytes. */
function makeInput(random: Choices): string {
  const kind = random.below(10)
  if (kind < 3) return makeNoise(random)
  if (kind < 5) return makeQuery(random)
  if (kind < 9) return wounded(random, makeQuery(random))
  return String.fromCharCode(
    ...Array.from({ length: random.below(40) }, () => random.below(random.chance(0.5) ? 0x80 : 0x10000)),
  )
}

function wounded(random: Choices, text: string): string {
  let out = text
  for (let n = random.below(4); n >= 0; n--) {
    const at = random.below(out.length + 1)
    const kind = random.below(4)
    if (kind === 0) out = out.slice(0, at)
    else if (kind === 1) out = out.slice(0, at) + out.slice(at + 1)
    else if (kind === 2)
      out = out.slice(0, at) + random.pick(['"', '(', ')', ':', '@', ',', '*', '<', '-', ' ', '\0']) + out.slice(at)
    else out = out.slice(at) + out.slice(0, at)
  }
  return random.chance(0.02) ? out.repeat(random.below(60)) : out
}
