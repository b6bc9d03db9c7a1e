import type { Request } from 'express'
import { ipKeyGenerator } from 'express-rate-limit'

/** Whose request it is where nobody has signed in: the address, and of IPv6 the part that one customer has. */
export const addressOf = (req: Request): string => ipKeyGenerator(req.ip ?? '')
