import { MINUTE } from '@pumphandle/shared/time'
import type { Request, RequestHandler, Response } from 'express'
import { rateLimit } from 'express-rate-limit'
import { tooOften } from '../../model/refusal.ts'
import { emailKey } from '../../store/users.ts'
import { addressOf } from './address.ts'
import {
  REQUESTS_PER_MINUTE,
  SIGN_IN_FAILURES_PER_ACCOUNT,
  SIGN_IN_FAILURES_PER_ADDRESS,
  SIGN_IN_WINDOW_MS,
} from './limits.ts'

const TOO_OFTEN = 429

/** Slows down who guesses passwords or links: counts failures by address and by account. Comes after the body's parser. */
export function signInLimits(): RequestHandler[] {
  const failures = {
    windowMs: SIGN_IN_WINDOW_MS,
    skipSuccessfulRequests: true,
    // who only asked too often guessed nothing
    requestWasSuccessful: (_req: Request, { statusCode }: Response) => statusCode < 400 || statusCode === TOO_OFTEN,
    standardHeaders: false,
    legacyHeaders: false,
  }
  const handler: RequestHandler = (_req, _res, next) =>
    next(
      tooOften(
        'Too many attempts',
        'Too many failed sign-ins. Wait 15 minutes, or ask an admin for a new link.',
        SIGN_IN_WINDOW_MS / 1000,
      ),
    )
  return [
    rateLimit({
      ...failures,
      limit: SIGN_IN_FAILURES_PER_ADDRESS,
      keyGenerator: addressOf,
      handler,
    }),
    rateLimit({
      ...failures,
      limit: SIGN_IN_FAILURES_PER_ACCOUNT,
      keyGenerator: (req) => {
        const { email } = (req.body ?? {}) as { email?: unknown }
        return typeof email === 'string' ? `account ${emailKey(email).slice(0, 200)}` : addressOf(req)
      },
      handler,
    }),
  ]
}

/** A ceiling for one address, so that a script in a loop does not take the collector from everybody else. */
export function requestLimit(): RequestHandler {
  return rateLimit({
    windowMs: MINUTE,
    limit: REQUESTS_PER_MINUTE,
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: addressOf,
    handler: (_req, _res, next) =>
      next(tooOften('Too many requests', `More than ${REQUESTS_PER_MINUTE} requests in a minute. Slow down.`, 60)),
  })
}
