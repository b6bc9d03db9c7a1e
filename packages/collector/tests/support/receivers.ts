import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'

/** What a channel's other end got: its path where it is HTTP, and all that came, headers too. */
interface Got {
  readonly path: string
  readonly all: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface Receivers {
  readonly got: Got[]
  readonly http: string
  readonly smtp: string
  readonly udp: string
  readonly tcp: string
  close(): Promise<void>
}

/** The other ends of every kind of channel, on real sockets: HTTP, SMTP, and syslog by UDP and TCP. */
export async function receivers(): Promise<Receivers> {
  const got: Got[] = []
  const plain = (path: string, body: string) => got.push({ path, all: body, headers: {}, body })
  const http = createServer((request, response) => {
    void text(request).then((body) => {
      const path = request.url ?? ''
      got.push({ path, all: `${path}\n${JSON.stringify(request.headers)}\n${body}`, headers: request.headers, body })
      response.end()
    })
  }).listen(0, '127.0.0.1')
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      void text(stream)
        .then((mail) => plain('/smtp', mail))
        .finally(done)
    },
  })
  const udp = createSocket('udp4')
  udp.on('message', (line) => plain('/udp', line.toString()))
  udp.bind(0, '127.0.0.1')
  const tcp = createTcp((socket) => void text(socket).then((line) => plain('/tcp', line))).listen(0, '127.0.0.1')
  await new Promise<void>((listening) => smtp.listen(0, '127.0.0.1', listening))
  await Promise.all([http, tcp].filter((server) => !server.listening).map((server) => once(server, 'listening')))
  const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port
  return {
    got,
    http: `http://127.0.0.1:${portOf(http)}`,
    smtp: `smtp://127.0.0.1:${portOf(smtp.server)}`,
    udp: `syslog://127.0.0.1:${portOf(udp)}`,
    tcp: `syslog+tcp://127.0.0.1:${portOf(tcp)}`,
    async close() {
      http.closeAllConnections()
      http.close()
      tcp.close()
      udp.close()
      await new Promise<void>((closed) => smtp.close(() => closed()))
    },
  }
}
