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
  let running = Promise.resolve()
  const again = (): void => {
    due = true
    running = running.then(async () => {
      if (!due) return
      due = false
      if (session.out.isTTY) session.out.write('\u001b[2J\u001b[H')
      await print()
      await new Promise<void>((resolve) => session.clock.after(REPRINT_MS, resolve))
    })
  }
  again()
  const close = openLive({
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
  close()
  await running
}
