import type { Request } from 'express'
import type { ServeContext } from './context.ts'

/** The collector's address as people write it: as configured, else as this request was addressed. */
export function publicAddress(context: ServeContext, req: Request): string {
  return context.config.publicUrl ?? `${req.protocol}://${req.host}`
}
