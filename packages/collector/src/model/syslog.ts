import { hostname } from 'node:os'

/** Characters of a name in a header (RFC 5424 section 6: HOSTNAME). */
const MOST_HOST = 255

/**
 * What a message begins with as RFC 5424 writes it, up to and with the id of its kind.
 * @param about.severity 0 (emergency) to 7 (debug)
 * @param about.at ms epoch
 * @param about.kind its MSGID, `-` for none
 * @param computer whose message it is; what is no printable ASCII, which a computer's name need not be, is left open
 */
export function syslogHeader(
  about: { readonly facility: number; readonly severity: number; readonly at: number; readonly kind: string },
  computer = hostname(),
): string {
  const host = computer.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, MOST_HOST) || '-'
  const time = new Date(about.at).toISOString()
  return `<${about.facility * 8 + about.severity}>1 ${time} ${host} pumphandle - ${about.kind}`
}
