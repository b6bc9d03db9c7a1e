/** Hostile machines in a process of their own, as they are elsewhere: what they cost the processor is not the collector's. */
import { constants, setPriority } from 'node:os'
import { Random } from '@pumphandle/shared/random'
import type { Identity } from '../support/wire-client.ts'
import { ATTACKS, type Attack, type Hostile } from './attacks.ts'

export interface Orders {
  readonly url: string
  /** An enrolment token that was stolen. */
  readonly token: string
  readonly seed: number
  readonly attack: Attack
  readonly identities: readonly Identity[]
  /** Connections at once. */
  readonly atOnce: number
  /** Ends after so many frames, or after so long. */
  readonly frames?: number
  readonly ms?: number
}

/** On a machine of its own it would take no processor from the collector. */
setPriority(constants.priority.PRIORITY_LOW)
const orders = JSON.parse(process.argv[2] ?? '') as Orders
const random = new Random(orders.seed)
const until = performance.now() + (orders.ms ?? Number.POSITIVE_INFINITY)
let frames = 0
const isOver = () => frames >= (orders.frames ?? Number.POSITIVE_INFINITY) || performance.now() > until
const sent = (n: number): void => {
  frames += n
}

await Promise.all(
  Array.from({ length: orders.atOnce }, async (_, n) => {
    for (let turn = n; !isOver(); turn += orders.atOnce) {
      const identity = orders.identities[turn % orders.identities.length] as Identity
      const hostile: Hostile = { url: orders.url, identity, token: orders.token, random, sent }
      await ATTACKS[orders.attack](hostile)
    }
  }),
)
process.send?.(frames)
process.disconnect?.()
