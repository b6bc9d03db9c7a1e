import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * A token in a message's link that lets whoever has the message acknowledge its one incident, and nothing else:
 * `incident.until.signature`. It needs no row: the key signs it.
 */
export function acknowledgeToken(key: string, incident: number, until: number): string {
  const said = `${incident}.${until}`
  return `${said}.${signature(key, said)}`
}

/** The incident that a token is for; undefined where it is not ours or has expired. */
export function incidentOfToken(key: string, token: string, now: number): number | undefined {
  const [, incident = '', until = '', given = ''] = /^(\d{1,15})\.(\d{1,15})\.([\w-]{43})$/.exec(token) ?? []
  const right = Buffer.from(signature(key, `${incident}.${until}`))
  const claimed = Buffer.from(given)
  if (claimed.length !== right.length || !timingSafeEqual(claimed, right)) return undefined
  return Number(until) > now ? Number(incident) : undefined
}

const signature = (key: string, said: string) =>
  createHmac('sha256', key).update(`acknowledge ${said}`).digest('base64url')
