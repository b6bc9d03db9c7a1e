import type { Boot, BootLoop } from './boot.ts'

/** Three starts after unclean ends within half an hour; the collector's own numbers are settings, these are the agent's. */
const LOOP_BOOTS = 3
const LOOP_WINDOW_MS = 30 * 60_000

/** Boot loops in the history, oldest first; overlapping ones are one. */
export function findBootLoops(boots: readonly Boot[]): BootLoop[] {
  const unclean = boots
    .filter(({ previous }) => previous.end === 'bugcheck' || previous.end === 'unexpected')
    .map(({ startedAt }) => Date.parse(startedAt))
  const loops: { boots: number; since: number; until: number }[] = []
  for (let last = LOOP_BOOTS - 1; last < unclean.length; last++) {
    const since = unclean[last - LOOP_BOOTS + 1] ?? 0
    const until = unclean[last] ?? 0
    if (until < since || until - since > LOOP_WINDOW_MS) continue
    const current = loops.at(-1)
    if (current && since <= current.until) Object.assign(current, { boots: current.boots + 1, until })
    else loops.push({ boots: LOOP_BOOTS, since, until })
  }
  return loops.map((loop) => ({
    boots: loop.boots,
    since: new Date(loop.since).toISOString(),
    until: new Date(loop.until).toISOString(),
  }))
}
