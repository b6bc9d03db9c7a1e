import type { Boot, BootLoop } from './boot.ts'

/** Three starts after unclean ends within half an hour; the collector's own numbers are settings, these are the agent's. */
const LOOP_BOOTS = 3
const LOOP_WINDOW_MS = 30 * 60_000

/** Boot loops in the history, oldest first; overlapping ones are one. */
export function findBootLoops(boots: readonly Boot[]): BootLoop[] {
  const loops: { boots: number; since: number; until: number }[] = []
  let unclean: number[] = []
  for (const { startedAt, previous, isClockLost } of boots) {
    // between this start and those before it nobody knows how much time passed
    if (isClockLost) unclean = []
    if (previous.end !== 'bugcheck' && previous.end !== 'unexpected') continue
    unclean.push(Date.parse(startedAt))
    const since = unclean.at(-LOOP_BOOTS)
    const until = unclean.at(-1) ?? 0
    if (since === undefined || until <= since || until - since > LOOP_WINDOW_MS) continue
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
