import type { Clock } from '@pumphandle/shared'
import type { World } from '../world/world.ts'

/** How often the world catches up with the clock. */
const STEP_MS = 100

export interface PlayOptions {
  readonly world: World
  readonly clock: Clock
  /** World seconds for each second. */
  readonly speed: number
  /** When the world's second 0 was, ms epoch. */
  readonly beganAt: number
  readonly signal?: AbortSignal
}

/** Lets a world run by the clock until it is over or the signal says so. */
export function play({ world, clock, speed, beganAt, signal }: PlayOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = clock.every(STEP_MS, () => {
      try {
        const now = ((clock.now() - beganAt) / 1000) * speed
        if (!signal?.aborted) world.advance(Math.min(now, world.seconds))
        if (now < world.seconds && !signal?.aborted) return
        stop()
        resolve()
      } catch (error) {
        stop()
        reject(error as Error)
      }
    })
  })
}
