import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../simulator/src/time/virtual-clock.ts'
import { createReports, type Rest } from '../src/live/watcher.ts'

/** Reports that take `costMs` of virtual time each; begun at these times. */
function world(costMs: number, rest: Rest = { times: 4, leastMs: 5, mostMs: 300 }, isNews = () => true) {
  const clock = new VirtualClock(0)
  const begun: number[] = []
  const report = (): Promise<boolean> => {
    begun.push(clock.now())
    return new Promise((resolve) => void clock.after(costMs, () => resolve(isNews())))
  }
  const reports = createReports(report, rest, clock)
  /** Moves on in steps of a millisecond: what waits on a promise gets its turn between them. */
  async function until(time: number, each = (_now: number): void => undefined): Promise<void> {
    for (let now = clock.now() + 1; now <= time; now++) {
      each(now)
      clock.advanceTo(now)
      await Promise.resolve()
      await Promise.resolve()
    }
  }
  return { begun, reports, until }
}

describe('reports of a folder that changes', () => {
  it('begin at once, and after a rest of a few times what the last one took', async () => {
    const { begun, reports, until } = world(2)
    reports.ask()
    await until(3, () => reports.ask())
    await until(100)
    expect(begun).toEqual([0, 10])
    reports.ask()
    expect(begun).toEqual([0, 10, 100])
  })

  it('never hold a later file back because of an earlier one', async () => {
    const { begun, reports, until } = world(2)
    const asked = [10, 320, 450, 600, 950]
    await until(1000, (now) => asked.includes(now) && reports.ask())
    expect(begun).toEqual(asked.map((at) => at - 1))
  })

  it('take a fifth of the time at most while an updater writes, and see its last file', async () => {
    const { begun, reports, until } = world(20)
    await until(2000, (now) => now <= 1000 && reports.ask())
    expect(begun).toHaveLength(11)
    expect(begun.at(-1)).toBeGreaterThanOrEqual(1000)
  })

  it('rest twice as long each time that there was no news, where that is asked for', async () => {
    let hasNews = false
    const { begun, reports, until } = world(1, { times: 1, leastMs: 10, mostMs: 100, isDoubled: true }, () => hasNews)
    await until(400, (now) => {
      hasNews = now > 300
      reports.ask()
    })
    expect(begun.map((at, index) => at - (begun[index - 1] ?? at))).toEqual([
      0, 21, 41, 81, 101, 101, 11, 11, 11, 11, 11,
    ])
  })

  it('wait no longer than the bound, and not at all for one that was ended', async () => {
    const { begun, reports, until } = world(200)
    reports.ask()
    await until(450, () => reports.ask())
    reports.end()
    await until(550)
    expect(begun).toEqual([0])
    const other = world(200)
    other.reports.ask()
    await other.until(1200, () => other.reports.ask())
    expect(other.begun).toEqual([0, 500, 1000])
  })
})
