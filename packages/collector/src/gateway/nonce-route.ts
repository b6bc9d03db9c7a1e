import type { Clock } from '@pumphandle/shared/clock'
import { NONCE_HEADER, NONCE_PATH } from '@pumphandle/shared/wire'
import express, { type Router } from 'express'
import type { Nonces } from './nonces.ts'

/** GET {@link NONCE_PATH}: anybody may ask, nothing is kept of it, and the answer is in a header. */
export function nonceRoute({ nonces, clock }: { readonly nonces: Nonces; readonly clock: Clock }): Router {
  const router = express.Router()
  router.get(NONCE_PATH, async (_request, response) => {
    const nonce = await nonces.issue(clock.now())
    response
      .status(204)
      .set({ [NONCE_HEADER]: nonce, 'Cache-Control': 'no-store' })
      .end()
  })
  return router
}
