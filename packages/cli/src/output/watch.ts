import type { LiveMessage } from '@pumphandle/shared/api'
import { openLive } from '@pumphandle/shared/client'
import type { Session } from '../session.ts'

/** A fleet in trouble changes a thousand times a second; a person reads twice a second at most. */
const REPRINT_MS = 1_000

/**
 * Prints once, and again whenever the collector says that something of interest changed, until the session's signal.
 * On a terminal each print replaces the one before.
 */
export async function watching(
  session: Session,
  print: () => Promise<void>,
  concerns: (message: LiveMessage) => boolean,
): Promise<void> {
  let due = false
  const printAgain = async (): Promise<void> => {
    if (!due) return
    due = false
    if (session.out.isTTY) session.out.write('\u001b[2J\u001b[H')
    // the live link tells that the collector is away, and comes back by itself
    await print().catch((error: unknown) => session.err.write(`${(error as Error).message}\n`))
    await new Promise<void>((resolve) => session.clock.after(REPRINT_MS, resolve))
  }
  // what is wrong with the command itself ends it
  await print()
  let running = Promise.resolve()
  const again = (): void => {
    due = true
    running = running.then(printAgain)
  }
  const live = openLive({
    clock: session.clock,
    url: session.url,
    token: session.token,
    onMessage: (message) => {
      if (message.type === 'reset' || concerns(message)) again()
    },
    onState: (state, problem) => {
      if (state === 'lost' || state === 'refused')
        session.err.write(`Live link ${state}${problem ? `: ${problem.message}` : ''}\n`)
    },
  })
  await new Promise<void>((resolve) => {
    if (session.signal?.aborted) return resolve()
    session.signal?.addEventListener('abort', () => resolve(), { once: true })
    if (!session.signal) process.once('SIGINT', () => resolve())
  })
  live.end()
  await running
}
