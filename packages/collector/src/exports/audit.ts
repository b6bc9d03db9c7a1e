import * as z from 'zod/mini'
import { type AuditLine, type ChainPoint, ChainReader, GENESIS } from '../model/audit-line.ts'
import { syslogHeader } from '../model/syslog.ts'
import { type AuditVerdict, notFollowing, otherLog, verifyAudit } from '../store/audit.ts'

export { type AuditVerdict, verifyAudit }

/** Facility 13, "log audit", of RFC 5424 section 6.2.1. */
const FACILITY = 13
/** What was refused is a warning to whoever watches; the rest is a notice. */
const WARNING = 4
const NOTICE = 5
/**
 * Names the structured data. 32473 is the number that RFC 5612 sets aside for those who have none of their own; receivers
 * take it as it is.
 */
const STRUCTURE = 'pumphandle@32473'

/** Actions that somebody was refused. */
const REFUSED = /Failed$|^refused$/

export function auditJson(line: AuditLine): string {
  return `${JSON.stringify(line)}\n`
}

/** One line as RFC 5424 writes it, without what ends it on the wire. */
export function auditSyslog(line: AuditLine): string {
  const severity = REFUSED.test(line.action) ? WARNING : NOTICE
  const { id, actor, action, subject, detail, hash } = line
  const data = Object.entries({ id, actor, action, subject, detail, hash })
    .map(([name, value]) => `${name}="${quoted(String(value))}"`)
    .join(' ')
  const words = [actor || 'nobody', action, subject, detail].filter((word) => word !== '').join(' ')
  return `${syslogHeader({ facility: FACILITY, severity, at: line.at, kind: 'audit' })} [${STRUCTURE} ${data}] \u{feff}${onOneLine(words)}`
}

/** RFC 5424 section 6.3.3: three characters are escaped; a line end would end the message at some receivers. */
function quoted(text: string): string {
  return onOneLine(text).replaceAll(/["\\\]]/g, (c) => `\\${c}`)
}

function onOneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ')
}

const Line = z.object({
  id: z.int(),
  at: z.int(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
  hash: z.string(),
})

/**
 * Follows the chain of an export, which may begin in the middle of a log.
 * @param lines each as an object
 * @param known a place of the chain that was written down elsewhere: in the export, or just before it
 * @throws Error for what is no line of a log
 */
export async function verifyExport(lines: AsyncIterable<unknown>, known?: ChainPoint): Promise<AuditVerdict> {
  let reader = new ChainReader()
  let met = known === undefined
  const verdict = (broken?: string) => ({ lines: reader.lines, end: reader.last ?? { id: 0, hash: '' }, broken })
  for await (const given of lines) {
    const { data: line } = Line.safeParse(given)
    if (!line) throw new Error(`Line ${reader.lines + 1} of the file is no line of an audit log.`)
    if (!reader.last && line.id === 1) reader = new ChainReader(GENESIS)
    if (!reader.last && line.id - 1 === known?.id) {
      reader = new ChainReader(known.hash)
      met = true
    }
    if (!reader.follows(line)) return verdict(notFollowing(line.id))
    if (line.id === known?.id) met = line.hash === known.hash
  }
  return met ? verdict() : verdict(otherLog(known))
}
