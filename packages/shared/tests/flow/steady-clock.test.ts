import { DAY, HOUR, MINUTE, SECOND } from '@pumphandle/shared/time'
import { expect, test } from 'vitest'
import { SteadyClock } from '../../src/flow/steady-clock.ts'

/** A computer whose clock can be set. */
class Computer {
  watch = 0
  wall = Date.UTC(2024, 6, 19)
  readonly clock = new SteadyClock({
    base: { now: () => this.wall, after: () => () => undefined, every: () => () => undefined },
    watch: () => this.watch,
  })
  /** A second after the other, each looked at. */
  pass(ms: number, othersAheadMs?: number): void {
    for (let t = 0; t < ms; t += SECOND) {
      this.watch += SECOND
      this.wall += SECOND
      this.clock.check(() => othersAheadMs)
    }
  }
}

test('goes with the computer’s clock, and with what a time service moves', () => {
  const c = new Computer()
  c.pass(HOUR)
  expect(c.clock.now()).toBe(c.wall)
  c.wall += 500
  c.pass(SECOND)
  expect(c.clock.now()).toBe(c.wall)
  c.wall -= 500
  const before = c.clock.now()
  c.pass(20 * SECOND)
  expect(c.clock.now()).toBeGreaterThan(before)
  expect(Math.abs(c.clock.now() - c.wall)).toBeLessThanOrEqual(100)
})

test('two years ahead for a minute and a half are told, and never followed', () => {
  const c = new Computer()
  const right = c.wall
  c.wall += 730 * DAY
  c.pass(90 * SECOND)
  expect(c.clock.now()).toBe(right + 90 * SECOND)
  expect(c.clock.jump?.byMs).toBe(730 * DAY)
  c.wall -= 730 * DAY
  c.pass(SECOND)
  expect(c.clock.jump).toBeUndefined()
  expect(c.clock.now()).toBe(right + 91 * SECOND)
})

test('an hour back is told of a clock that time is slowed for already, too', () => {
  const c = new Computer()
  c.wall -= 500
  c.pass(SECOND)
  c.wall -= HOUR
  c.pass(SECOND)
  expect(c.clock.jump?.byMs).toBeLessThan(-HOUR + MINUTE)
  // believed after ten minutes; and then it goes back once more
  c.pass(12 * MINUTE)
  expect(c.clock.jump).toBeUndefined()
  c.wall -= HOUR
  c.pass(SECOND)
  expect(c.clock.jump?.byMs).toBeLessThan(-HOUR - 50 * MINUTE)
})

test('a jump ahead is followed where others confirm it, and where nobody knows better after ten minutes', () => {
  const c = new Computer()
  c.wall += HOUR
  c.pass(SECOND, HOUR - 3_000)
  expect(c.clock.now()).toBe(c.wall)
  c.wall += HOUR
  c.pass(9 * MINUTE)
  expect(c.clock.now()).toBe(c.wall - HOUR)
  c.pass(2 * MINUTE)
  expect(c.clock.now()).toBe(c.wall)
  // others deny it: it is the computer that is wrong, for as long as it is
  c.wall += HOUR
  c.pass(30 * MINUTE, 40)
  expect(c.clock.now()).toBe(c.wall - HOUR)
})

test('an hour back never makes time go back: it goes slower until it is right', () => {
  const c = new Computer()
  c.wall -= HOUR
  let last = c.clock.now()
  for (let i = 0; i < 12 * 60; i++) {
    c.pass(MINUTE)
    expect(c.clock.now()).toBeGreaterThan(last)
    last = c.clock.now()
  }
  expect(Math.abs(c.clock.now() - c.wall)).toBeLessThan(2 * SECOND)
  expect(c.clock.jump).toBeUndefined()
})
