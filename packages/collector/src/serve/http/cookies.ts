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

/** A browser that goes to the provider and comes back brings it: what it proves is that the same browser began. */
const BEGIN_NAME = 'pumphandle-begin'
const BEGIN_SECONDS = 600

export function readBeginCookie(req: Request): string | undefined {
  const header = req.headers.cookie
  return header === undefined ? undefined : parseCookie(header)[beginName(req)]
}

/** Lax, for it comes with a navigation from another site. @param binding null takes the cookie away */
export function setBeginCookie(req: Request, res: Response, binding: string | null): void {
  const cookie = stringifySetCookie({
    name: beginName(req),
    value: binding ?? '',
    httpOnly: true,
    secure: req.secure,
    sameSite: 'lax',
    path: '/',
    maxAge: binding === null ? 0 : BEGIN_SECONDS,
  })
  res.append('Set-Cookie', cookie)
}

const beginName = (req: Request) => (req.secure ? `__Host-${BEGIN_NAME}` : BEGIN_NAME)
