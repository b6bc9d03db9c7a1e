import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../src/log/log.ts'
import { createBackoff } from '../src/uplink/backoff.ts'
import type { Channel, ChannelEnd, ChannelEvents } from '../src/uplink/channel.ts'
import { Connection, type ConnectionState, type Line, STEPS } from '../src/uplink/connection.ts'

/** Time that passes when it is told to. */
class Hours {
  #now = 0
  readonly #waits = new Set<{ at: number; run: () => void }>()

  after(ms: number, run: () => void): () => void {
    const wait = { at: this.#now + ms, run }
    this.#waits.add(wait)
    return () => this.#waits.delete(wait)
  }

  pass(ms: number): void {
    this.#now += ms
    for (const wait of this.#waits) {
      if (wait.at > this.#now) continue
      this.#waits.delete(wait)
      wait.run()
    }
  }

  get waits(): number {
    return this.#waits.size
  }
}

interface Attempt {
  /** The socket is there. */
  dialed(): Promise<void>
  failed(reason: string, code?: string): Promise<void>
  /** What the channel tells; there once it was dialed. */
  tells: ChannelEvents
  isDropped: boolean
  isAbandoned: boolean
  isClosed: boolean
  sent: string[]
}

let clock: Hours
let attempts: Attempt[]
let lost: ChannelEnd[]
let sessions: string[]
let connection: Connection
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve))

function dial(): Promise<Line> {
  return new Promise((resolve, reject) => {
    const attempt: Attempt = {
      dialed: () => (resolve(line), turn()),
      failed: (reason, code) => (reject(Object.assign(new Error(reason), { code })), turn()),
      tells: { onOpen() {}, onAlive() {}, onFrame() {}, onEnd() {} },
      isDropped: false,
      isAbandoned: false,
      isClosed: false,
      sent: [],
    }
    const channel: Channel = {
      send(frame, sent) {
        attempt.sent.push(frame)
        sent?.()
      },
      together: (work) => work(),
      ping: () => undefined,
      close: () => (attempt.isClosed = true),
      abandon: () => (attempt.isAbandoned = true),
    }
    const line: Line = {
      upgrade(on) {
        attempt.tells = on
        return channel
      },
      drop: () => (attempt.isDropped = true),
    }
    attempts.push(attempt)
  })
}

beforeEach(() => {
  clock = new Hours()
  attempts = []
  lost = []
  sessions = []
  connection = new Connection({
    clock,
    log: silentLog,
    // the longest wait that there may be
    backoff: createBackoff(() => 1),
    dial,
    opened: () => {
      sessions.push('opened')
      return {
        alive: () => sessions.push('alive'),
        frame: (text) => sessions.push(text),
        over: () => sessions.push('over'),
      }
    },
    lost: (end) => lost.push(end),
  })
})

const last = (): Attempt => attempts.at(-1) as Attempt
const goodbye = (isSleep = false) => connection.goodbye(() => 'farewell', { timeoutMs: 1500, isSleep })

async function open(): Promise<Attempt> {
  const attempt = last()
  await attempt.dialed()
  attempt.tells.onOpen()
  return attempt
}

describe('the connection', () => {
  it('dials at once, asks for an upgrade, and is open', async () => {
    expect([connection.state, attempts.length]).toEqual(['dialing', 1])
    await last().dialed()
    expect(connection.state).toBe('upgrading')
    last().tells.onOpen()
    expect(connection.state).toBe('open')
    last().tells.onAlive()
    last().tells.onFrame('welcome')
    expect(sessions).toEqual(['opened', 'alive', 'welcome'])
  })

  it('waits after a failure, longer after each, and tries again', async () => {
    await last().failed('no such host')
    expect(connection.state).toBe('waiting')
    expect(lost).toEqual([{ reason: 'no such host', reached: false }])
    clock.pass(999)
    expect(attempts).toHaveLength(1)
    clock.pass(1)
    expect([connection.state, attempts.length]).toEqual(['dialing', 2])
    await last().failed('no such host')
    clock.pass(1999)
    expect(connection.state).toBe('waiting')
    clock.pass(1)
    expect(connection.state).toBe('dialing')
  })

  it('tries seldom where the certificate is not believed, for each try costs the collector a handshake', async () => {
    for (const ms of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000]) {
      await last().failed('certificate has expired', 'CERT_HAS_EXPIRED')
      clock.pass(ms - 1)
      expect(connection.state).toBe('waiting')
      clock.pass(1)
    }
    expect(lost.at(-1)).toEqual({ reason: 'certificate has expired', reached: false, isCostly: true })
    await last().failed('read ECONNRESET', 'ECONNRESET')
    clock.pass(60_000)
    expect(connection.state).toBe('dialing')
  })

  it('forgets its failures when it has held a minute', async () => {
    await last().failed('no such host')
    clock.pass(1000)
    const attempt = await open()
    clock.pass(60_000)
    attempt.tells.onEnd({ reason: 'connection lost', reached: true })
    clock.pass(1000)
    expect(attempts).toHaveLength(3)
  })

  it('waits as long as the collector asked, once', async () => {
    const attempt = await open()
    connection.askedToWait(30_000)
    attempt.tells.onEnd({ reason: 'closed with 1013', reached: true })
    expect(lost).toEqual([{ reason: 'closed with 1013', reached: true, retryAfterMs: 30_000 }])
    clock.pass(29_999)
    expect(connection.state).toBe('waiting')
    clock.pass(15_001)
    await last().failed('no such host')
    expect(lost.at(-1)).not.toHaveProperty('retryAfterMs')
  })

  it('ends what went on while it was open', async () => {
    const attempt = await open()
    attempt.tells.onEnd({ reason: 'connection lost', reached: true })
    attempt.tells.onFrame('late')
    expect(sessions).toEqual(['opened', 'over'])
  })

  it('is lost where the machine’s secret cannot be read', async () => {
    const refused = new Connection({
      clock,
      log: silentLog,
      backoff: createBackoff(() => 1),
      dial: () =>
        Promise.resolve({
          upgrade: () => {
            throw new Error('the secret is sealed')
          },
          drop: () => undefined,
        }),
      opened: () => ({ alive() {}, frame() {}, over() {} }),
      lost: (end) => lost.push(end),
    })
    await turn()
    expect(refused.state).toBe('waiting')
    expect(lost).toEqual([{ reason: 'the secret is sealed', reached: false }])
  })
})

describe('goodbye', () => {
  it('is said where the connection is open, which then closes, and nobody dials', async () => {
    const attempt = await open()
    await goodbye()
    expect(attempt).toMatchObject({ sent: ['farewell'], isClosed: true })
    attempt.tells.onEnd({ reason: 'closed with 1000', reached: true })
    clock.pass(3_600_000)
    expect([connection.state, attempts.length]).toEqual(['silent', 1])
    expect(lost).toEqual([])
  })

  it('while a socket is being made drops it when it comes', async () => {
    const attempt = last()
    await goodbye()
    await attempt.dialed()
    expect(attempt).toMatchObject({ isDropped: true, sent: [] })
    expect(connection.state).toBe('silent')
  })

  it('while it waits ends the waiting', async () => {
    await last().failed('no such host')
    await goodbye()
    clock.pass(3_600_000)
    expect([connection.state, attempts.length, clock.waits]).toEqual(['silent', 1, 0])
  })

  it('while it upgrades is not followed by a hello', async () => {
    const attempt = last()
    await attempt.dialed()
    await goodbye()
    attempt.tells.onOpen()
    expect(attempt.isAbandoned).toBe(true)
    expect(sessions).toEqual([])
  })

  it('is not waited for longer than asked', async () => {
    const attempt = await open()
    attempt.tells.onAlive()
    let isResolved = false
    const stuck = new Connection({
      clock,
      log: silentLog,
      backoff: createBackoff(() => 1),
      dial: () =>
        Promise.resolve({
          upgrade: (on) => {
            setImmediate(() => on.onOpen())
            return { send() {}, together() {}, ping() {}, close() {}, abandon() {} }
          },
          drop: () => undefined,
        }),
      opened: () => ({ alive() {}, frame() {}, over() {} }),
      lost: () => undefined,
    })
    await turn()
    await turn()
    void stuck.goodbye(() => 'farewell', { timeoutMs: 1500, isSleep: false }).then(() => (isResolved = true))
    clock.pass(1499)
    await turn()
    expect(isResolved).toBe(false)
    clock.pass(1)
    await turn()
    expect(isResolved).toBe(true)
  })
})

describe('sleep', () => {
  it('ends with the word that the computer woke: what there was is not trusted', async () => {
    const attempt = await open()
    await goodbye(true)
    connection.resumed()
    expect([connection.state, attempts.length]).toEqual(['dialing', 2])
    expect(attempt.isAbandoned).toBe(true)
    clock.pass(60_000)
    expect(attempts).toHaveLength(2)
  })

  it('that is called off without a word ends by itself after a minute, also when the connection has closed', async () => {
    const attempt = await open()
    await goodbye(true)
    attempt.tells.onEnd({ reason: 'closed with 1000', reached: true })
    clock.pass(59_999)
    expect(connection.state).toBe('silent')
    clock.pass(1)
    expect([connection.state, attempts.length]).toEqual(['dialing', 2])
  })

  it.each(['dialing', 'upgrading', 'waiting'] as const)(
    'that came without a goodbye while it was %s begins anew',
    async (state) => {
      const attempt = last()
      if (state === 'upgrading') await attempt.dialed()
      if (state === 'waiting') await attempt.failed('no such host')
      expect(connection.state).toBe(state)
      connection.resumed()
      expect([connection.state, attempts.length]).toEqual(['dialing', 2])
      await attempt.dialed()
      expect(attempt.isDropped).toBe(state === 'dialing')
      await open()
      expect(connection.state).toBe('open')
    },
  )
})

describe('its states', () => {
  const states = Object.keys(STEPS) as ConnectionState[]

  it('all lead to an open connection', () => {
    for (const state of states) {
      const seen = new Set<ConnectionState>([state])
      for (const reached of seen) for (const next of Object.values(STEPS[reached])) seen.add(next)
      expect([state, seen.has('open')]).toEqual([state, true])
    }
  })

  it('are those that docs/agent.md has', () => {
    const page = readFileSync(new URL('../../../docs/agent.md', import.meta.url), 'utf8')
    const [, section = ''] = page.split('## Its connection\n')
    const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$/gm)]
    const written = rows.map(([, state = '', steps = '']) => [
      state,
      [...steps.matchAll(/(\w+) → `(\w+)`/g)].map(([, event, next]) => `${event} ${next}`).sort(),
    ])
    const real = states.map((state) => [
      state,
      Object.entries(STEPS[state])
        .map((step) => step.join(' '))
        .sort(),
    ])
    expect(written).toEqual(real)
  })
})
