/**
 * Resolves once what waits has had its turn: work that is long is done in pieces with this between them, since a database in
 * this process, and everybody's requests, share one thread with it.
 */
export function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
