import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { syslogHeader } from '../../../../model/syslog.ts'
import type { ChannelType, Outcome, Send } from '../../delivery/channel.ts'
import { WITHIN_MS } from '../../delivery/deliver.ts'
import { type Message, type Urgency, urgencyOf } from '../../delivery/message.ts'
import { OFF_LIMITS } from '../../delivery/off-limits.ts'

/** Facility local0, as programs that are not the system's own use. */
const FACILITY = 16
const UDP_PORT = 514
const TCP_PORT = 601
/** Critical, warning and notice. */
const SEVERITY: Readonly<Record<Urgency, number>> = { urgent: 2, warning: 4, calm: 5 }
/** Most receivers cut a datagram beyond this. */
const MOST_BYTES = 2000

const send: Send = async (url, message) => {
  const { protocol, hostname: host, port } = new URL(url)
  const line = Buffer.from(lineOf(message)).subarray(0, MOST_BYTES)
  const target = { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
  return protocol === 'syslog+tcp:'
    ? byTcp(target.host, target.port || TCP_PORT, line)
    : byUdp(target.host, target.port || UDP_PORT, line)
}

/** RFC 5424, to `syslog://host:514` over UDP, or `syslog+tcp://host:601` over TCP with octet counting (RFC 6587). */
export const syslog: ChannelType = { send, look: lineOf }

/** One message as RFC 5424 writes it. */
function lineOf(message: Message): string {
  const link = message.link === undefined ? '' : ` ${message.link}`
  const id = message.incident ? `incident-${message.incident.id}` : '-'
  const text = `${message.title}. ${message.text}${link}`.replaceAll(/\s+/g, ' ')
  return `${syslogHeader({ facility: FACILITY, severity: SEVERITY[urgencyOf(message)], at: message.at, kind: id })} - ${text}`
}

function byUdp(host: string, port: number, line: Buffer): Promise<Outcome> {
  return new Promise((done) => {
    const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', sendBlockList: OFF_LIMITS })
    const end = (outcome: Outcome) => {
      socket.close()
      done(outcome)
    }
    socket.once('error', (error) => end(unreachable(host, error)))
    // nobody answers a datagram: that it left is all that can be known
    socket.send(line, port, host, (error) => end(error ? unreachable(host, error) : { ok: true }))
  })
}

function byTcp(host: string, port: number, line: Buffer): Promise<Outcome> {
  return new Promise((done) => {
    const socket = connect({ host, port, timeout: WITHIN_MS, blockList: OFF_LIMITS })
    socket.once('timeout', () => socket.destroy(new Error('no answer in time')))
    socket.once('error', (error) => done(unreachable(host, error)))
    socket.once('connect', () =>
      socket.end(Buffer.concat([Buffer.from(`${line.length} `), line]), () => done({ ok: true })),
    )
  })
}

function unreachable(host: string, error: Error): Outcome {
  const code = (error as { code?: string }).code ?? error.message
  return { ok: false, permanent: false, reason: `${host} could not be reached: ${code}` }
}
