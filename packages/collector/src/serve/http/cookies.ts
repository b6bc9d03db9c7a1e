import { parseCookie, stringifySetCookie } from 'cookie'
import type { Request, Response } from 'express'
import { SESSION_MAX_MS } from '../../people/index.ts'

/**
 * `__Host-` makes browsers refuse the cookie unless it is Secure, for this host only and for the whole of it
 * (RFC 6265bis section 4.1.3.2). Over plain HTTP, which is on loopback only, the prefix cannot be had.
 */
const SECURE_NAME = '__Host-pumphandle'
const PLAIN_NAME = 'pumphandle'

export function readSessionCookie(req: Request): string | undefined {
  const header = req.headers.cookie
  if (header === undefined) return
  return parseCookie(header)[req.secure ? SECURE_NAME : PLAIN_NAME]
}

/** @param secret of the session; null takes the cookie away. */
export function setSessionCookie(req: Request, res: Response, secret: string | null): void {
  const cookie = stringifySetCookie({
    name: req.secure ? SECURE_NAME : PLAIN_NAME,
    value: secret ?? '',
    httpOnly: true,
    secure: req.secure,
    sameSite: 'strict',
    path: '/',
    maxAge: secret === null ? 0 : SESSION_MAX_MS / 1000,
  })
  res.append('Set-Cookie', cookie)
}
