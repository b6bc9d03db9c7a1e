/** Machines a second that are asked to come back: what a core takes, about. */
const PER_SECOND = 400
/** Nobody is asked to stay away for longer. */
const WITHIN_S = 60

/**
 * When a machine that is sent away comes back, whole seconds after the first: all in one moment would wait for a minute's
 * handshakes in one line, in which most are ended unheard.
 * @param n its number among so many
 */
export function inTurn(n: number, machines: number): number {
  return Math.floor((n / machines) * Math.min(WITHIN_S, machines / PER_SECOND))
}
