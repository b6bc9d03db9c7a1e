// Clocks that were lost, or ran ahead, and that nothing in the log set: where their boots belong.
import { describe, expect, test } from 'vitest'
import { readFirstSight } from '../src/run/first-sight.ts'
import { createVolumeObserver } from '../src/run/volume-observer.ts'
import { scanVolume } from '../src/scan.ts'
import { Story } from './support/story.ts'
import { writeEvtx } from './support/write-evtx.ts'
import { writeVolume } from './support/write-volume.ts'

const MORNING = Date.parse('2026-03-02T08:00:00.500Z')
const STOPPED = Date.parse('2019-01-01T00:00:12.500Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const BUGCHECK = {
  stopCode: 0x1a,
  parameters: [0x41792n, 0xffffd680a6737650n, 0n, 0n] as [bigint, bigint, bigint, bigint],
}
const volumeOf = (story: Story): string =>
  writeVolume({ 'Windows/System32/winevt/Logs/System.evtx': writeEvtx(story.events) })
/** Starts and ends in minutes since that morning. */
const spans = async (story: Story) =>
  (await scanVolume(volumeOf(story))).boots.map(({ startedAt, endedAt }) => [
    (Date.parse(startedAt) - MORNING) / MINUTE,
    endedAt === null ? null : (Date.parse(endedAt) - MORNING) / MINUTE,
  ])

describe('a clock that nothing set', () => {
  test('that was lost for two starts without a network keeps them in their place, whole', async () => {
    const story = new Story().boot(MORNING).shutdown(MORNING + 2 * HOUR)
    story.boot(STOPPED).shutdown(STOPPED + 2 * HOUR)
    story.boot(STOPPED + 5 * HOUR).shutdown(STOPPED + 6 * HOUR)
    story.boot(MORNING + 3 * DAY)
    expect(await spans(story)).toEqual([
      [0, 120],
      [120, 240],
      [420, 480],
      [3 * 1440, null],
    ])
  })

  test('that had run ahead until it was set right in the firmware, which no log tells, moves what was ahead', async () => {
    const ahead = 730 * DAY
    const story = new Story().boot(MORNING).shutdown(MORNING + 2 * HOUR)
    story.boot(MORNING + ahead).shutdown(MORNING + ahead + 2 * HOUR)
    story.boot(MORNING + DAY, { unclean: true }).shutdown(MORNING + DAY + HOUR)
    story.boot(MORNING + 2 * DAY)
    expect(await spans(story)).toEqual([
      [0, 120],
      [1320, 1440],
      [1440, 1500],
      [2880, null],
    ])
  })

  const shutDowns = (story: Story, starts: number[]) => {
    for (const at of starts) story.boot(at).shutdown(at + HOUR)
    return story
  }
  const AHEAD = MORNING + 730 * DAY

  test('that had run ahead since the log begins moves what was ahead, where the later clock was kept for a day', async () => {
    const story = shutDowns(new Story(), [AHEAD, AHEAD + 5 * HOUR, MORNING, MORNING + 24 * HOUR])
    expect(await spans(story)).toEqual([
      [-360, -300],
      [-60, 0],
      [0, 60],
      [1440, 1500],
    ])
  })

  test('that had run ahead is seen where Windows’ time service agrees with the later one, and with none of the earlier ones', async () => {
    const agreed = (story: Story) => story.add(MORNING + 2 * MINUTE, 'Microsoft-Windows-Time-Service', 35)
    const set = agreed(shutDowns(new Story(), [AHEAD]).boot(MORNING))
    expect(await spans(set)).toEqual([
      [-60, 0],
      [0, null],
    ])
    const both = new Story().boot(AHEAD).add(AHEAD + MINUTE, 'Microsoft-Windows-Time-Service', 35)
    const { boots } = await scanVolume(volumeOf(agreed(both.shutdown(AHEAD + HOUR).boot(MORNING))))
    expect(boots.map(({ startedAt }) => Date.parse(startedAt))).toEqual([AHEAD, AHEAD + HOUR])
    expect(boots[1]).toMatchObject({ isClockLost: true, clockSaid: new Date(MORNING).toISOString() })
  })

  function lostAndLooping(starts: number[]): Story {
    const story = shutDowns(new Story(), [MORNING - DAY])
      .boot(MORNING)
      .add(MORNING + HOUR, 'Filler', 1)
    for (const at of starts.map((minutes) => STOPPED + minutes * MINUTE))
      story
        .boot(at, { unclean: true })
        .uncleanStart(at + 3_000, { bugcheck: BUGCHECK })
        .add(at + 20_000, 'Filler', 1)
    return story
  }

  test('that was lost, then kept through a boot loop, leaves that one where it happened', async () => {
    const { boots, bootLoops, crashes } = await scanVolume(volumeOf(lostAndLooping([0, 4, 8, 12])))
    const began = MORNING + HOUR
    expect(boots.slice(2).map(({ startedAt }) => Date.parse(startedAt))).toEqual(
      [0, 4, 8, 12].map((minutes) => began + minutes * MINUTE),
    )
    expect(bootLoops).toMatchObject([{ boots: 4, since: new Date(began).toISOString() }])
    expect(crashes.map(({ at }) => Date.parse(at))).toEqual(
      boots.slice(2).map(({ startedAt }) => Date.parse(startedAt)),
    )
  })

  test.each([[[0]], [[0, 4, 8, 12]]])(
    'that is lost: a boot is known by its log in the first second, by itself: starts at minutes %j',
    async (starts) => {
      const story = lostAndLooping(starts)
      const startedAt = STOPPED + (starts.at(-1) ?? 0) * MINUTE
      const scene = { volume: volumeOf(story), isLive: true, startedAt: startedAt + 400, now: startedAt + 30_000 }
      const { boot, events } = readFirstSight(scene)
      expect(boot).toMatchObject({ startedAt, previousEnd: 'bugcheck' })
      expect(boot.bootId).toMatch(starts.length === 1 ? /Z:\d+$/ : /Z$/)
      const present = events.at(-1)
      const look = createVolumeObserver(
        scene.volume,
        () => ({ root: () => undefined }),
        () => undefined,
      ).look()
      expect((await look).events.filter(({ id }) => id === present?.id)).toEqual([present])
      expect(present).toMatchObject({
        type: 'boot',
        at: startedAt,
        bootId: boot.bootId,
        previous: { end: 'bugcheck' },
      })
    },
  )
})
