/**
 * The other side of the ingest benchmark, a process of its own: so many agents that send packets as fast as they are
 * acknowledged, for so many seconds. Told by its parent's message what to do; answers with what it measured.
 */
import { once } from 'node:events'
import { AGENT_SOCKET_PATH, MAX_UNACKED_FRAMES, PROTOCOL, SUBPROTOCOL } from '@pumphandle/shared/wire'
import { WebSocket } from 'ws'
import { event } from './event.ts'

export interface Job {
  readonly url: string
  readonly identities: readonly { machine: string; secret: string }[]
  readonly eventsPerFrame: number
  /** 0: only connect, and stay connected. */
  readonly seconds: number
  /** Events a second of all together; undefined: as fast as they are acknowledged. */
  readonly perSecond?: number
}

export interface Measured {
  readonly events: number
  readonly seconds: number
  readonly ackMs: { readonly p50: number; readonly p99: number }
}

async function connect(url: string, { machine, secret }: Job['identities'][number]): Promise<WebSocket> {
  const socket = new WebSocket(url.replace(/^http/, 'ws') + AGENT_SOCKET_PATH, SUBPROTOCOL, {
    headers: { authorization: `Bearer ${machine}.${secret}` },
    perMessageDeflate: false,
  })
  await once(socket, 'open')
  const now = Date.now()
  socket.send(
    JSON.stringify({
      type: 'hello',
      protocol: PROTOCOL,
      machine,
      sentAt: now,
      agent: { version: '0.1.0', platform: 'bench' },
      computerName: 'BENCH',
      boot: { bootId: 'b', startedAt: now, previousEnd: 'clean' },
      spooled: 0,
    }),
  )
  await once(socket, 'message')
  return socket
}

/** Connections that are opened at once: below what the collector turns away. */
const AT_ONCE = 100

async function connectAll({ url, identities }: Job): Promise<WebSocket[]> {
  const sockets: WebSocket[] = []
  for (let from = 0; from < identities.length; from += AT_ONCE)
    sockets.push(...(await Promise.all(identities.slice(from, from + AT_ONCE).map((i) => connect(url, i)))))
  return sockets
}

async function run(job: Job): Promise<Measured> {
  const { eventsPerFrame, seconds, perSecond } = job
  const startedAt = performance.now()
  const sockets = await connectAll(job)
  if (seconds === 0) return { events: 0, seconds: (performance.now() - startedAt) / 1000, ackMs: { p50: 0, p99: 0 } }
  const began = performance.now()
  const endsAt = began + seconds * 1000
  const latencies: number[] = []
  let id = 0
  let acked = 0
  const finished = sockets.map(
    (socket, index) =>
      new Promise<void>((resolve, reject) => {
        const sentAt: number[] = []
        let batch = 0
        const send = (): void => {
          const now = Date.now()
          const events = Array.from({ length: eventsPerFrame }, () => event(id++, now))
          socket.send(`{"type":"events","batch":${++batch},"sentAt":${now},"events":[${events.join(',')}]}`)
          sentAt.push(performance.now())
        }
        socket.on('message', (data: Buffer) => {
          if (!data.includes('"ack"')) return reject(new Error(data.toString('utf8')))
          const now = performance.now()
          latencies.push(now - (sentAt.shift() ?? now))
          acked += eventsPerFrame
          if (now < endsAt) {
            if (perSecond === undefined) send()
          } else if (sentAt.length === 0) resolve()
        })
        socket.on('close', () => reject(new Error('the collector closed')))
        if (perSecond === undefined) for (let i = 0; i < MAX_UNACKED_FRAMES; i++) send()
        else {
          const everyMs = (sockets.length * eventsPerFrame * 1000) / perSecond
          // those that are due while as many wait as may wait are left out: the rate that was reached is told
          const pace = (): void => {
            if (performance.now() >= endsAt) {
              clearInterval(pacing)
              if (sentAt.length === 0) resolve()
            } else if (sentAt.length < MAX_UNACKED_FRAMES) send()
          }
          let pacing = setTimeout(
            () => {
              // each has its own moment: together they would be a burst that no fleet sends
              pacing = setInterval(pace, everyMs)
            },
            (everyMs * index) / sockets.length,
          )
        }
      }),
  )
  await Promise.all(finished)
  const took = (performance.now() - began) / 1000
  latencies.sort((a, b) => a - b)
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0
  for (const socket of sockets) socket.terminate()
  return { events: acked, seconds: took, ackMs: { p50: at(0.5), p99: at(0.99) } }
}

process.on('message', (job: Job) => {
  run(job).then(
    (measured) => process.send?.(measured),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.send?.('ready')
