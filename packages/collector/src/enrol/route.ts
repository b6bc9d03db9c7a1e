import { STATUS_CODES } from 'node:http'
import type { Clock } from '@pumphandle/shared/clock'
import { perMinute, RateByKey } from '@pumphandle/shared/flow'
import { ENROL_PATH, EnrolRequest } from '@pumphandle/shared/wire'
import express, { type Router } from 'express'
import { ipKeyGenerator } from 'express-rate-limit'
import { refuseNested } from '../model/nesting.ts'
import type { Enrolment } from './enrolment.ts'

/** Enrolments a minute from one address: a roll-out behind one NHS proxy, and far too few to guess 256 bits. */
const MAX_PER_MINUTE = 600
/** Wrong tokens a minute from one address. */
const MAX_WRONG_PER_MINUTE = 20
const MAX_BODY = '16kb'

/** POST {@link ENROL_PATH}: the token in the Authorization header, {@link EnrolRequest} as body. */
export function enrolRoute(options: { enrolment: Enrolment; clock: Clock }): Router {
  const { enrolment, clock } = options
  const all = new RateByKey(perMinute(MAX_PER_MINUTE))
  const wrong = new RateByKey(perMinute(MAX_WRONG_PER_MINUTE))
  const router = express.Router()
  router.post(
    ENROL_PATH,
    express.json({ limit: MAX_BODY, inflate: false, verify: refuseNested }),
    async (request, response) => {
      // of IPv6 the part that one customer has: its addresses are without number
      const from = ipKeyGenerator(request.ip ?? '')
      const now = clock.now()
      const refuse = (status: number, detail: string): void =>
        void response
          .status(status)
          .type('application/problem+json')
          .json({ type: 'about:blank', title: STATUS_CODES[status], status, detail })
      const tooMany = (): void => {
        response.set('Retry-After', '60')
        refuse(429, 'Too many enrolments from this address; come back in a minute.')
      }
      if (!all.take(from, now)) return tooMany()
      const token = /^Bearer (\S{20,200})$/.exec(request.headers.authorization ?? '')?.[1]
      const body = EnrolRequest.safeParse(request.body)
      if (token === undefined)
        return refuse(401, 'Put the enrolment token into the Authorization header: Bearer <token>.')
      if (!body.success)
        return refuse(400, `The request fails its schema at "${body.error.issues[0]?.path.join('.')}".`)
      const enrolled = await enrolment.enrol(token, body.data, from)
      if (enrolled) return void response.status(201).set('Cache-Control', 'no-store').json(enrolled)
      // only who is wrong is slowed down: a region may stand behind one address
      if (!wrong.take(from, now)) return tooMany()
      refuse(
        401,
        'This enrolment token is unknown, revoked, expired or used up, not for this practice, or the machine was revoked; ask for a new one.',
      )
    },
  )
  return router
}
