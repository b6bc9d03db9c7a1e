import type { Clock } from '@pumphandle/shared/clock'
import type { EventOf, ProbeResult, ProbeTarget } from '@pumphandle/shared/wire'
import { probe } from './probe.ts'

/** An unchanged outcome is told again after this long, so that "reachable" never means "was, last week". */
const REPEAT_MS = 4 * 3_600_000

/** Reachability of the services that the collector named. */
export interface Probes {
  /** Takes a new list of targets, already within the agent's bounds; the old one ends. */
  aim(targets: readonly ProbeTarget[]): void
  stop(): void
}

/**
 * Probes each target at its interval and reports when an outcome changes. Targets begin at a random moment of their
 * interval: a fleet that was welcomed together must not probe together.
 */
export function createProbes(
  clock: Clock,
  random: () => number,
  report: (event: EventOf<'reachability'>) => void,
): Probes {
  let cancels: (() => void)[] = []
  const told = new Map<string, { outcome: string; at: number }>()
  let round = 0

  function tell(result: ProbeResult): void {
    const at = clock.now()
    const outcome = `${result.ok} ${result.failedAt ?? ''} ${result.httpStatus ?? ''}`
    const before = told.get(result.name)
    if (before?.outcome === outcome && at - before.at < REPEAT_MS) return
    told.set(result.name, { outcome, at })
    report({ id: `reachability:${at}:${round++}`, at, type: 'reachability', results: [result] })
  }

  function schedule(target: ProbeTarget, waitMs: number, index: number): void {
    cancels[index] = clock.after(waitMs, () => {
      const mine = cancels
      void probe(target, clock).then((result) => {
        if (mine !== cancels) return
        tell(result)
        schedule(target, target.intervalSeconds * 1000, index)
      })
    })
  }

  function stop(): void {
    for (const cancel of cancels) cancel()
    cancels = []
  }

  return {
    aim(targets) {
      stop()
      targets.forEach((target, index) => schedule(target, random() * target.intervalSeconds * 1000, index))
    },
    stop,
  }
}
