/**
 * A process of the fleet's machines: real WebSockets, the agent's own times of coming back. Told by its parent what to do;
 * answers with what it measured.
 */
import { createSecureContext } from 'node:tls'
import {
  AGENT_SOCKET_PATH,
  MAX_EVENTS_PER_FRAME,
  PROTOCOL,
  SUBPROTOCOL,
  TELLS_CRASH,
  TELLS_HEADER,
} from '@pumphandle/shared/wire'
import { WebSocket } from 'ws'
import { type Backoff, createBackoff } from '../../../../agent/src/uplink/backoff.ts'
import { SECRET, uidOf } from './identity.ts'
import { BAD, type Crew, isStruck, type Job, type Report } from './jobs.ts'

/** Connections of one process that are opened at once where nothing has happened. */
const AT_ONCE = 40
/** As an agent waits for the answer to its upgrade. */
const HANDSHAKE_MS = 10_000
/** Between two looks at whose heartbeat is due, and whose event. */
const TICK_MS = 100
/**
 * Loopback addresses of one process. One has no more than 28,000 ports, each of which is kept for a minute after its
 * connection; where few are left, the kernel looks for one for milliseconds.
 */
const ADDRESSES = 50
/**
 * Handshakes that one process has under way; who comes then waits in a line. Real machines have a processor each for their
 * half of TLS: thousands at once on this one would all be too late, by its doing and not by the collector's.
 */
const MAX_UNDER_WAY = 400
/** Times that are kept between two reports; of more, the newest. */
const MAX_TIMES = 200_000

interface Event {
  readonly id: string
  readonly at: number
  readonly type: string
  readonly [key: string]: unknown
}

interface Machine {
  readonly n: number
  readonly backoff: Backoff
  socket: WebSocket | undefined
  isOpen: boolean
  /** It is on; one that crashed is not. */
  isOn: boolean
  boots: number
  previousEnd: 'clean' | 'bugcheck'
  events: number
  acked: number
  batch: number
  /** What has no ack yet, and since when; what of it is under way. */
  waiting: Event[]
  underWay: number
  sentAt: number
}

const crew = JSON.parse(process.argv[2] ?? '{}') as Crew
const secureContext = crew.ca === undefined ? undefined : createSecureContext({ ca: crew.ca })
const machines = Array.from({ length: crew.count }, (_, i): Machine => {
  return {
    n: crew.first + i,
    backoff: createBackoff(Math.random),
    socket: undefined,
    isOpen: false,
    isOn: true,
    boots: 1,
    previousEnd: 'clean',
    events: 0,
    acked: 0,
    batch: 0,
    waiting: [],
    underWay: 0,
    sentAt: 0,
  }
})
let url = ''
let open = 0
let refused = 0
let times: number[] = []
/** Machines with a socket that is not open yet, and those that wait for their turn. */
let handshakes = 0
const line: Machine[] = []
let wakeUp = (): void => undefined

function connect(m: Machine): void {
  if (!m.isOn || m.socket) return
  if (handshakes >= MAX_UNDER_WAY) {
    line.push(m)
    return
  }
  handshakes++
  const tells = m.waiting.some(({ type }) => type === 'crash')
  const socket = new WebSocket(url.replace(/^http/, 'ws') + AGENT_SOCKET_PATH, SUBPROTOCOL, {
    headers: { authorization: `Bearer ${uidOf(m.n)}.${SECRET}`, ...(tells && { [TELLS_HEADER]: TELLS_CRASH }) },
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_MS,
    localAddress: `${crew.network}.${1 + (m.n % ADDRESSES)}`,
    ...(secureContext && { secureContext }),
  })
  m.socket = socket
  let retryAfterMs: number | undefined
  socket.on('unexpected-response', (request, response) => {
    refused++
    const seconds = Number(response.headers['retry-after'])
    if (seconds > 0) retryAfterMs = seconds * 1000
    request.destroy()
    socket.terminate()
  })
  socket.on('error', () => undefined)
  socket.on('open', () => hello(m, socket))
  socket.on('message', (data: Buffer) => received(m, data))
  socket.on('close', () => {
    if (m.socket !== socket) return
    m.socket = undefined
    if (m.isOpen) open--
    else itsTurnIsOver()
    m.isOpen = false
    m.underWay = 0
    if (m.isOn) setTimeout(() => connect(m), m.backoff.next({ retryAfterMs }))
  })
}

function itsTurnIsOver(): void {
  handshakes--
  while (handshakes < MAX_UNDER_WAY) {
    const next = line.shift()
    if (!next) return
    connect(next)
  }
}

function hello(m: Machine, socket: WebSocket): void {
  const now = Date.now()
  m.batch = 0
  socket.send(
    JSON.stringify({
      type: 'hello',
      protocol: PROTOCOL,
      machine: uidOf(m.n),
      sentAt: now,
      agent: { version: '0.1.0', platform: 'bench' },
      computerName: `PC-${m.n}`,
      boot: { bootId: `b${m.boots}`, startedAt: now, previousEnd: m.previousEnd },
      spooled: m.waiting.length,
    }),
  )
}

function received(m: Machine, data: Buffer): void {
  if (data.includes('"ack"')) {
    times.push(performance.now() - m.sentAt)
    if (times.length > MAX_TIMES) times = times.slice(MAX_TIMES / 2)
    m.acked += m.underWay
    m.waiting.splice(0, m.underWay)
    m.underWay = 0
  } else if (data.includes('"welcome"')) {
    m.isOpen = true
    open++
    itsTurnIsOver()
    m.backoff.reset()
  } else return // a refusal; the close follows
  send(m)
  wakeUp()
}

/** One frame at a time. */
function send(m: Machine): void {
  if (!m.isOpen || m.underWay > 0 || m.waiting.length === 0) return
  m.underWay = Math.min(m.waiting.length, MAX_EVENTS_PER_FRAME)
  m.sentAt = performance.now()
  m.socket?.send(
    JSON.stringify({ type: 'events', batch: ++m.batch, sentAt: Date.now(), events: m.waiting.slice(0, m.underWay) }),
  )
}

function tell(m: Machine, type: string, more: Record<string, unknown>): void {
  m.waiting.push({ id: `e-${++m.events}`, at: Date.now(), type, ...more })
  send(m)
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Resolves when it holds, looked at whenever somebody heard from the collector. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((resolve) => (wakeUp = resolve))
}

async function openAll(): Promise<void> {
  for (let begun = 0; begun < machines.length; begun++) {
    const next = begun
    await until(() => next - open < AT_ONCE)
    connect(machines[next] as Machine)
  }
  await until(() => open === machines.length)
}

function crash(m: Machine, awayMs: number): void {
  m.isOn = false
  m.socket?.terminate()
  setTimeout(() => {
    m.boots++
    m.previousEnd = 'bugcheck'
    m.isOn = true
    tell(m, 'crash', { kind: 'bugcheck', stopCode: '0x50', culprit: CULPRIT })
    connect(m)
  }, awayMs)
}
const CULPRIT = { driver: 'csagent.sys', reason: 'The stack names it.', confidence: 'high' }

/** Goes round: so many machines a second, each in its turn; a tick that comes late makes up for it. */
function inTurn(perSecond: () => number, act: (m: Machine) => void): void {
  let at = 0
  let owed = 0
  let last = performance.now()
  setInterval(() => {
    const now = performance.now()
    owed += (perSecond() * (now - last)) / 1000
    last = now
    for (; owed >= 1; owed--) {
      at = (at + 1) % machines.length
      const m = machines[at]
      if (m?.isOpen) act(m)
    }
  }, TICK_MS)
}
let beatEveryMs = 0
let tellPerSecond = 0
inTurn(
  () => (beatEveryMs > 0 ? (machines.length * 1000) / beatEveryMs : 0),
  (m) => m.socket?.send(`{"type":"heartbeat","sentAt":${Date.now()}}`),
)
inTurn(
  () => tellPerSecond,
  (m) => tell(m, 'vitals', { uptimeSeconds: 1, cpuPercent: 12, memoryUsedPercent: 48.5 }),
)

/** Others are told meanwhile: a moment in which nothing at all waits may never come. */
async function settle(): Promise<void> {
  await until(() => open === machines.length)
  const told = machines.map(({ events }) => events)
  let settled = 0
  await until(() => {
    while (settled < machines.length && (machines[settled]?.acked ?? 0) >= (told[settled] ?? 0)) settled++
    return settled === machines.length
  })
}

async function work(job: Job): Promise<void> {
  const struck = machines.filter(({ n }) => isStruck(n))
  switch (job.do) {
    case 'open':
      url = job.url
      return openAll()
    case 'url':
      url = job.url
      return
    case 'beat':
      beatEveryMs = job.everyMs
      return
    case 'tell':
      tellPerSecond = job.perSecond
      return
    case 'expose':
      for (const m of struck) tell(m, 'component-changed', { ...BAD })
      return
    case 'crash': {
      const { overMs, leastMs, mostMs } = job
      for (const m of struck)
        setTimeout(() => crash(m, leastMs + Math.random() * (mostMs - leastMs)), Math.random() * overMs)
      return pause(overMs)
    }
    case 'settle':
      return settle()
    case 'report':
  }
}

function report(): Report {
  const told = { open, refused, ackMs: times, acked: machines.map(({ acked }) => acked) }
  refused = 0
  times = []
  return told
}

process.on('message', (job: Job) => {
  void work(job).then(() => process.send?.(report()))
})
process.send?.('ready')
