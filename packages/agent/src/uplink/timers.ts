import type { Clock } from '@pumphandle/shared/clock'

/** Waits that have names: a new one of the same name takes the old one's place, so none can pile up. */
export interface Timers<Name extends string> {
  set(name: Name, ms: number, run: () => void): void
  cancelAll(): void
}

export function createTimers<Name extends string>(clock: Clock): Timers<Name> {
  const cancels = new Map<Name, () => void>()
  return {
    set(name, ms, run) {
      cancels.get(name)?.()
      cancels.set(
        name,
        clock.after(ms, () => {
          cancels.delete(name)
          run()
        }),
      )
    },
    cancelAll() {
      for (const cancel of cancels.values()) cancel()
      cancels.clear()
    },
  }
}
