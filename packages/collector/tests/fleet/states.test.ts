import { MINUTE, SECOND } from '@pumphandle/shared/time'
import { describe, expect, test } from 'vitest'
import { applyEvent, applyHello, isNewBoot, namedApart } from '../../src/fleet/apply.ts'
import { RETURN_MS } from '../../src/fleet/fleet.ts'
import { CRASHED_MS, RESTART_ALLOWANCE_MS } from '../../src/fleet/judge.ts'
import type { FleetMachine } from '../../src/fleet/machine.ts'
import { bugcheck, FleetWorld, hello, machineRow, SILENCE, START } from '../support/world.ts'

function connect(
  world: FleetWorld,
  m: FleetMachine,
  bootId = 'b1',
  end: 'clean' | 'bugcheck' | 'unexpected' | 'unknown' = 'clean',
) {
  applyHello(m, hello(bootId, end), world.now, world.now)
  world.fleet.opened(m, world.now)
}

function keepAlive(world: FleetWorld, m: FleetMachine, ms: number): void {
  for (let passed = 0; passed < ms; passed += 10 * SECOND) {
    world.fleet.heard(m, world.now)
    world.pass(10 * SECOND)
  }
}

describe('silence', () => {
  test('a machine that vanishes is dark after the silence timeout, and not before', () => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1), world.now)
    connect(world, m)
    expect(m.state).toBe('healthy')
    keepAlive(world, m, 10 * MINUTE)
    world.fleet.heard(m, world.now)
    world.fleet.closed(m, world.now)
    const lastHeard = world.now
    world.pass(SILENCE - SECOND)
    expect(m.state).toBe('healthy')
    world.pass(2 * SECOND)
    expect(m.state).toBe('dark')
    expect(world.silent).toEqual([{ uid: 'uid-1', at: lastHeard + SILENCE }])
    world.pass(10 * MINUTE)
    expect(world.silent).toHaveLength(1)
  })

  test('an open socket with nobody behind it is silence too', () => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1), world.now)
    connect(world, m)
    world.pass(SILENCE + SECOND)
    expect(m).toMatchObject({ state: 'dark', connected: false })
    expect(m.stateReason).toBe('Vanished without a goodbye; last heard at 19 Jul 2024, 04:00:00 UTC.')
  })

  test('while nobody can be heard, who is away is not silent, connected or not', () => {
    const world = new FleetWorld()
    const [here, away] = [1, 2].map((id) => world.fleet.put(machineRow(id), world.now)) as [FleetMachine, FleetMachine]
    for (const m of [here, away]) connect(world, m)
    world.fleet.closed(away, world.now)
    for (let passed = 0; passed < 2 * SILENCE; passed += SECOND) {
      world.fleet.deaf(world.now)
      world.pass(SECOND)
    }
    expect([here.state, away.state]).toEqual(['healthy', 'healthy'])
    world.pass(SILENCE)
    expect([here.state, away.state]).toEqual(['dark', 'dark'])
  })

  test('a machine that the collector itself does not read is not dark, and is again once it does', () => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1), world.now)
    connect(world, m)
    m.unread++
    world.pass(10 * SILENCE)
    expect(m.state).toBe('healthy')
    m.unread--
    world.pass(2 * SILENCE)
    expect(m.state).toBe('dark')
  })

  test('what passes while this process is too busy to listen is nobody’s silence, up to a bound', () => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1), world.now)
    connect(world, m)
    // under load: four seconds from tick to tick, none long enough to be a stall
    const slowly = (ms: number) => {
      for (const until = world.now + ms; world.now < until; ) world.fleet.tick((world.now += 4 * SECOND))
    }
    slowly(2 * SILENCE)
    expect(m.state).toBe('healthy')
    world.fleet.heard(m, world.now)
    // who falls silent afterwards is dark as soon as ever
    world.pass(SILENCE - SECOND)
    expect(m.state).toBe('healthy')
    world.pass(2 * SECOND)
    expect(m.state).toBe('dark')
    connect(world, m)
    slowly(5 * SILENCE)
    expect(m.state).toBe('dark')
  })

  test('a machine that comes back within the timeout was never gone', () => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1), world.now)
    connect(world, m)
    world.fleet.closed(m, world.now)
    world.pass(SILENCE - 2 * SECOND)
    connect(world, m)
    keepAlive(world, m, MINUTE)
    expect(world.silent).toEqual([])
    expect(m.state).toBe('healthy')
  })

  test('presence can be told from outside, so that virtual time needs no heartbeats', () => {
    let heard = START
    const world = new FleetWorld({ lastHeard: () => heard })
    const m = world.fleet.put(machineRow(1), world.now)
    connect(world, m)
    heard = START + 60 * MINUTE
    world.pass(60 * MINUTE)
    expect(m.state).toBe('healthy')
    world.pass(SILENCE + SECOND)
    expect(m.state).toBe('dark')
  })

  test('whether others at the practice are alive', () => {
    const world = new FleetWorld()
    const [a, b] = [1, 2].map((id) => world.fleet.put(machineRow(id), world.now)) as [FleetMachine, FleetMachine]
    const elsewhere = world.fleet.put(machineRow(3, { practice_id: 2 }), world.now)
    for (const m of [a, b, elsewhere]) connect(world, m)
    world.pass(10 * SECOND)
    world.fleet.heard(b, world.now)
    world.pass(20 * SECOND)
    world.fleet.heard(elsewhere, world.now)
    // b was heard after a, but within one heartbeat of it: both may have gone together
    expect(world.fleet.othersAlive(a)).toBe(false)
    world.fleet.heard(b, world.now)
    expect(world.fleet.othersAlive(a)).toBe(true)
  })
})

describe('goodbyes', () => {
  test.each([
    ['shutdown', 'offline', 'Shut down at 19 Jul 2024, 04:00:00 UTC.'],
    ['sleep', 'sleeping', 'Said at 19 Jul 2024, 04:00:00 UTC that it goes to sleep.'],
    ['service-stop', 'offline', 'Its agent was stopped at 19 Jul 2024, 04:00:00 UTC; the machine may be running.'],
  ] as const)('%s', (reason, state, sentence) => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1), world.now)
    connect(world, m)
    world.fleet.saidGoodbye(m, reason, world.now)
    expect(m).toMatchObject({ state, stateReason: sentence })
    world.pass(60 * MINUTE)
    expect(m.state).toBe(state)
    expect(world.silent).toEqual([])
  })

  test('who says that it restarts and does not come back is dark', () => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1), world.now)
    connect(world, m)
    world.fleet.saidGoodbye(m, 'restart', world.now)
    world.pass(RESTART_ALLOWANCE_MS - SECOND)
    expect(m.state).toBe('offline')
    world.pass(2 * SECOND)
    expect(m.state).toBe('dark')
    connect(world, m, 'b2')
    expect(m.state).toBe('healthy')
  })
})

describe('crashes', () => {
  test('a bugcheck shows from the hello on, is named by its report, and is over after an hour up', () => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1), world.now)
    connect(world, m, 'b1')
    keepAlive(world, m, MINUTE)
    connect(world, m, 'b2', 'bugcheck')
    expect(m.state).toBe('crashed')
    applyEvent(m, bugcheck(START), world.now - 30 * SECOND, world.now)
    applyEvent(
      m,
      bugcheck(START, { culprit: { driver: 'csagent.sys', reason: 'faulting address', confidence: 'high' } }),
      world.now - 30 * SECOND,
      world.now,
    )
    world.fleet.review(m, world.now)
    expect(m.stateReason).toContain('with 0x50 in csagent.sys; back since')
    keepAlive(world, m, CRASHED_MS + MINUTE)
    expect(m.state).toBe('healthy')
  })

  test('crashes out of an old log say nothing about now', () => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1), world.now)
    connect(world, m)
    applyEvent(m, bugcheck(START), START - 400 * 24 * 60 * MINUTE, world.now)
    world.fleet.review(m, world.now)
    expect(m.state).toBe('healthy')
  })

  test('a power cut is no crash', () => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1), world.now)
    connect(world, m, 'b1', 'unexpected')
    expect(m.state).toBe('healthy')
  })
})

describe('boot loops', () => {
  test('three unclean boots within half an hour, also between the boots; over when none follows', () => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1), world.now)
    connect(world, m, 'b0')
    for (const n of [1, 2, 3]) {
      world.fleet.closed(m, world.now)
      world.pass(2 * MINUTE)
      connect(world, m, `b${n}`, 'bugcheck')
      expect(m.state).toBe(n < 3 ? 'crashed' : 'boot-loop')
    }
    world.fleet.closed(m, world.now)
    world.pass(5 * MINUTE)
    expect(m.state).toBe('boot-loop')
    connect(world, m, 'b4', 'bugcheck')
    keepAlive(world, m, 9 * MINUTE)
    expect(m.state).toBe('boot-loop')
    // it has run for ten minutes, and somebody works at it
    keepAlive(world, m, 2 * MINUTE)
    expect(m.state).toBe('crashed')
    keepAlive(world, m, 60 * MINUTE)
    expect(m.state).toBe('healthy')
  })

  test('from connections alone, when the agent cannot tell how boots ended', () => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1), world.now)
    connect(world, m, 'b0', 'unknown')
    for (const n of [1, 2, 3]) {
      world.pass(3 * MINUTE)
      connect(world, m, `b${n}`, 'unknown')
    }
    expect(m.state).toBe('boot-loop')
    expect(m.stateReason).toMatch(/^3 unclean boots since 19 Jul 2024, 04:03:00 UTC; the last at/)
  })

  test('a boot told by hello and by its event is one; a clean boot ends it', () => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1), world.now)
    for (const bootId of ['b1', 'b2']) {
      world.pass(MINUTE)
      connect(world, m, bootId, 'bugcheck')
      const boot = {
        id: bootId,
        at: world.now,
        type: 'boot',
        bootId,
        start: 'cold',
        previous: { end: 'bugcheck' },
      } as const
      applyEvent(m, boot, world.now, world.now)
      world.fleet.review(m, world.now)
    }
    expect(m.uncleanBoots).toHaveLength(2)
    expect(m.state).toBe('crashed')
    connect(world, m, 'b3', 'clean')
    expect(m.uncleanBoots).toEqual([])
  })

  test('the agent’s own word for it', () => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1), world.now)
    connect(world, m)
    const loop = { id: 'l', at: world.now, type: 'boot-loop', boots: 5, since: world.now - 10 * MINUTE } as const
    applyEvent(m, loop, world.now, world.now)
    world.fleet.review(m, world.now)
    expect(m.state).toBe('boot-loop')
    expect(m.stateReason).toMatch(/^5 unclean boots/)
  })
})

describe('after a restart of the collector', () => {
  test('nobody is called dark; who does not come back is offline, with the truth as reason', () => {
    const world = new FleetWorld()
    const healthy = { state: 'healthy', state_reason: 'Connected.' } as const
    const machines = [1, 2].map((id) => world.fleet.put(machineRow(id, healthy), world.now))
    const [back, away] = machines as [FleetMachine, FleetMachine]
    connect(world, back)
    keepAlive(world, back, RETURN_MS - MINUTE)
    expect(away.state).toBe('healthy')
    keepAlive(world, back, 2 * MINUTE)
    expect(away.state).toBe('offline')
    expect(away.stateReason).toBe(
      'Has not come back since the collector was away; last heard at 19 Jul 2024, 03:00:00 UTC.',
    )
    expect(back.state).toBe('healthy')
    expect(world.silent).toEqual([])
  })

  test('a machine that was dark stays dark', () => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1, { state: 'dark', state_reason: 'Vanished.' }), world.now)
    world.pass(RETURN_MS + MINUTE)
    expect(m).toMatchObject({ state: 'dark', stateReason: 'Vanished.' })
  })

  test('a process that stood still calls nobody dark for it', () => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1), world.now)
    connect(world, m)
    world.now += 5 * MINUTE
    world.fleet.tick(world.now)
    world.pass(SILENCE - 5 * SECOND)
    expect(m.state).toBe('healthy')
    world.pass(10 * SECOND)
    expect(m.state).toBe('dark')
  })
})

test('counts follow the states', () => {
  const world = new FleetWorld()
  const machines = [1, 2, 3].map((id) => world.fleet.put(machineRow(id), world.now))
  expect(world.fleet.counts.offline).toBe(3)
  for (const m of machines) connect(world, m)
  world.pass(SILENCE + SECOND)
  expect(world.fleet.counts).toMatchObject({ offline: 0, healthy: 0, dark: 3 })
  expect(world.fleet.connected).toBe(0)
  expect(world.fleet.connectedAt(1)).toBe(0)
  expect(world.fleet.enrolledAt(1)).toBe(3)
})

describe('boots of one name', () => {
  const DEAD_CLOCK = '2019-01-01T00:00:12.500Z'

  test('a hello of the same id with another end tells of another boot', () => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1), world.now)
    connect(world, m, DEAD_CLOCK, 'clean')
    world.fleet.saidGoodbye(m, 'shutdown', world.now)
    world.pass(14 * 60 * MINUTE)
    expect(isNewBoot(m, hello(DEAD_CLOCK, 'bugcheck'), world.now)).toBe(true)
    connect(world, m, DEAD_CLOCK, 'bugcheck')
    expect(m).toMatchObject({ state: 'crashed', bootHeardAt: world.now, bootTurn: 1 })
    const told = (end: 'clean' | 'bugcheck') =>
      namedApart(m, {
        id: `boot:${DEAD_CLOCK}`,
        at: 1,
        type: 'boot',
        bootId: DEAD_CLOCK,
        start: 'cold',
        previous: { end },
      }).id
    expect([told('clean'), told('bugcheck')]).toEqual([`boot:${DEAD_CLOCK}`, `boot:${DEAD_CLOCK}:1`])
    // the same boot again, after a lost line
    expect(isNewBoot(m, hello(DEAD_CLOCK, 'bugcheck'), world.now)).toBe(false)
    world.pass(14 * 60 * MINUTE)
    connect(world, m, DEAD_CLOCK, 'clean')
    expect(m.state).toBe('healthy')
  })

  test('an agent that learns more of one end tells of one boot', () => {
    const world = new FleetWorld()
    const m = world.fleet.put(machineRow(1), world.now)
    connect(world, m, 'b1', 'unknown')
    expect(isNewBoot(m, hello('b1', 'unexpected'), world.now)).toBe(false)
    connect(world, m, 'b1', 'unexpected')
    expect(isNewBoot(m, hello('b1', 'bugcheck'), world.now)).toBe(false)
  })
})

test('an agent that lives through fast start-up and still tells of the boot before changes nothing', () => {
  const world = new FleetWorld()
  const m = world.fleet.put(machineRow(1), world.now)
  connect(world, m, 'monday', 'bugcheck')
  expect(m.state).toBe('crashed')
  world.fleet.saidGoodbye(m, 'sleep', world.now)
  world.pass(20 * 60 * MINUTE)
  connect(world, m, 'monday', 'bugcheck')
  const resumed = { id: 'boot:tuesday', at: world.now, type: 'boot', bootId: 'tuesday', start: 'fast-startup' } as const
  applyEvent(m, { ...resumed, previous: { end: 'clean' } }, world.now, world.now)
  world.pass(MINUTE)
  connect(world, m, 'monday', 'bugcheck')
  expect(m).toMatchObject({ state: 'healthy', bootId: 'tuesday' })
})
