import * as z from 'zod'

/** Seconds, from the start of the scenario where the field's name ends in `at_s`. Ten years at the most. */
export const Seconds = z.number().min(0).max(320_000_000)
/** Shortest and longest; each case is drawn evenly between. */
export const SecondsRange = z
  .tuple([Seconds, Seconds])
  .refine(([from, to]) => from <= to, 'the first number must not be larger than the second')
export const Share = z.number().min(0).max(1)
/** Value and its share; shares need not add up to 1. */
export const Shares = z
  .record(z.string().min(1), z.number().min(0))
  .refine((shares) => Object.values(shares).some((share) => share > 0), 'at least one share must be above 0')

/** What a machine has one version of each. A component is written `slot:family@version`. */
export const SLOTS = ['product', 'sensor', 'content', 'os', 'hw', 'gpu', 'nic', 'enc', 'app', 'print'] as const
export type Slot = (typeof SLOTS)[number]
export const SlotName = z.enum(SLOTS)

/** `slot:family@version`, or `slot:family` for a product. */
export const ComponentKey = z
  .string()
  .regex(/^[a-z]+:[^@]+(@.+)?$/, 'write slot:family@version, for example content:falconish@c291-0409')
