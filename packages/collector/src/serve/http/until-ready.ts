import type { Clock } from '@pumphandle/shared/clock'
import { SECOND } from '@pumphandle/shared/time'
import type { RequestHandler } from 'express'
import { Refusal } from '../../model/refusal.ts'
import { sendProblem } from './problems.ts'

/** What a browser, and a proxy before it, waits for; a fleet of 100,000 is read by then. */
const WAITS_MS = 25 * SECOND
const AGAIN_SECONDS = 5

/** What is asked while the collector still reads its fleet waits for it; where that takes too long, it is told to come again. */
export function untilReady(ready: Promise<void>, clock: Clock): RequestHandler {
  let isReady = false
  ready.then(
    () => {
      isReady = true
    },
    () => undefined, // whoever starts it says so, and ends it
  )
  return async (_request, response, next) => {
    if (!isReady)
      await Promise.race([ready.catch(() => undefined), new Promise<void>((over) => clock.after(WAITS_MS, over))])
    if (isReady) return next()
    sendProblem(
      response,
      new Refusal(
        'unavailable',
        'The collector has just started',
        'It takes in what machines tell, and still reads its fleet; pages, lists and searches are answered in a moment.',
        { retryAfterSeconds: AGAIN_SECONDS },
      ),
    )
  }
}
