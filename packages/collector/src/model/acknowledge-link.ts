import { signedText, signText } from './signed-text.ts'

const PURPOSE = 'acknowledge'

/**
 * A token in a message's link that lets whoever has the message acknowledge its one incident, and nothing else:
 * `incident.until.signature`.
 */
export function acknowledgeToken(key: string, incident: number, until: number): string {
  return signText(key, PURPOSE, `${incident}.${until}`)
}

/** The incident that a token is for; undefined where it is not ours or has expired. */
export function incidentOfToken(key: string, token: string, now: number): number | undefined {
  const text = signedText(key, PURPOSE, token)
  const [, incident, until] = /^(\d{1,15})\.(\d{1,15})$/.exec(text ?? '') ?? []
  return incident !== undefined && Number(until) > now ? Number(incident) : undefined
}
