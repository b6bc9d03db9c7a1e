import { describe, expect, test } from 'vitest'
import { readFirstSight } from '../src/run/first-sight.ts'
import { scanVolume } from '../src/scan.ts'
import { readStarts } from '../src/sources/starts/starts.ts'
import { Volume } from '../src/volume/volume.ts'
import { Story } from './support/story.ts'
import { writeDump } from './support/write-dump.ts'
import { writeEvtx } from './support/write-evtx.ts'
import { writeVolume } from './support/write-volume.ts'

const MORNING = Date.parse('2026-03-02T08:00:00.500Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const LOGS = 'Windows/System32/winevt/Logs'
const BUGCHECK = {
  stopCode: 0x1a,
  parameters: [0x41792n, 0xffffd680a6737650n, 0n, 0n] as [bigint, bigint, bigint, bigint],
}
const shape = (boots: { start: string; end: string; previous: { end: string } }[]) =>
  boots.map(({ start, end, previous }) => [start, previous.end, end])

function volumeOf(story: Story, files: Record<string, Buffer> = {}): string {
  return writeVolume({ [`${LOGS}/System.evtx`]: writeEvtx(story.events), ...files })
}

describe('sessions of one kernel', () => {
  function crashedSession(resumes: number): { story: Story; crashedAt: number } {
    const story = new Story().boot(MORNING, { kernelStop: MORNING - MINUTE })
    for (let n = 1; n <= resumes; n++) story.fastStartup(MORNING + n * DAY - 14 * HOUR, MORNING + n * DAY)
    const crashedAt = MORNING + resumes * DAY + HOUR
    story.boot(crashedAt + MINUTE, { unclean: true }).uncleanStart(crashedAt + 65_000, { bugcheck: BUGCHECK })
    return { story, crashedAt }
  }

  test.each([1, 3])('a crash belongs to the session it happened in, after %i resumes', async (resumes) => {
    const { story, crashedAt } = crashedSession(resumes)
    const uptimeSeconds = (crashedAt - MORNING) / 1000
    const dump = writeDump({ ...BUGCHECK, crashedAt, uptimeSeconds, modules: [] })
    for (const files of [{}, { 'Windows/Minidump/1.dmp': dump }]) {
      const { boots, crashes, bootLoops } = await scanVolume(volumeOf(story, files))
      expect(shape(boots)).toEqual([
        ['cold', 'clean', 'clean'],
        ...Array.from({ length: resumes - 1 }, () => ['fast-startup', 'clean', 'clean']),
        ['fast-startup', 'clean', 'bugcheck'],
        ['cold', 'bugcheck', 'unknown'],
      ])
      expect(crashes).toMatchObject([{ bootId: boots.at(-2)?.bootId }])
      expect(new Set(boots.map(({ os }) => os))).toEqual(new Set(['19045.4651']))
      expect(bootLoops).toEqual([])
    }
  })

  test('also where the dump’s uptime leaves out the nights', async () => {
    const { story, crashedAt } = crashedSession(2)
    const dump = writeDump({ ...BUGCHECK, crashedAt, uptimeSeconds: 21 * 3600, modules: [] })
    const { boots, crashes } = await scanVolume(volumeOf(story, { 'Windows/Minidump/1.dmp': dump }))
    expect(boots).toHaveLength(4)
    expect(crashes).toMatchObject([{ bootId: boots[2]?.bootId }])
  })

  test('or where a machine slept between its start and its crash', async () => {
    const story = new Story().boot(MORNING).sleep(MORNING + HOUR, MORNING + 15 * HOUR)
    story.boot(MORNING + 16 * HOUR, { unclean: true }).uncleanStart(MORNING + 16 * HOUR + 5_000, { bugcheck: BUGCHECK })
    const crashedAt = MORNING + 16 * HOUR - MINUTE
    const dump = writeDump({ ...BUGCHECK, crashedAt, uptimeSeconds: 119 * 60, modules: [] })
    const { boots } = await scanVolume(volumeOf(story, { 'Windows/Minidump/1.dmp': dump }))
    expect(shape(boots)).toEqual([
      ['cold', 'unknown', 'bugcheck'],
      ['cold', 'bugcheck', 'unknown'],
    ])
  })

  test('a dump alone, without a word in the log, finds its session too', async () => {
    const story = new Story()
      .boot(MORNING)
      .fastStartup(MORNING + HOUR, MORNING + 2 * HOUR)
      .boot(MORNING + 4 * HOUR)
    const crashedAt = MORNING + 4 * HOUR - MINUTE
    const dump = writeDump({ ...BUGCHECK, crashedAt, uptimeSeconds: (crashedAt - MORNING) / 1000, modules: [] })
    const { boots } = await scanVolume(volumeOf(story, { 'Windows/Minidump/1.dmp': dump }))
    expect(shape(boots)).toEqual([
      ['cold', 'unknown', 'clean'],
      ['fast-startup', 'clean', 'bugcheck'],
      ['cold', 'bugcheck', 'unknown'],
    ])
  })

  test('a battery that ran out: in standby, in standby without a word of it, in sleep', async () => {
    const dead = (story: Story, cause = {}) =>
      story.boot(MORNING + DAY, { unclean: true }).uncleanStart(MORNING + DAY + 5_000, cause)
    const standby = new Story().boot(MORNING).add(MORNING + HOUR, 'Microsoft-Windows-Kernel-Power', 506)
    const asleep = new Story().boot(MORNING).add(MORNING + HOUR, 'Microsoft-Windows-Kernel-Power', 42)
    const woken = new Story().boot(MORNING).sleep(MORNING + HOUR, MORNING + 2 * HOUR)
    const told = async (story: Story) => (await scanVolume(volumeOf(story))).boots[1]?.previous
    expect(await told(dead(new Story().boot(MORNING), { isInStandby: true }))).toMatchObject({
      reason: 'did not wake from standby',
    })
    expect(await told(dead(standby))).toMatchObject({ end: 'unexpected', reason: 'did not wake from standby' })
    expect(await told(dead(asleep))).toMatchObject({ end: 'unexpected', reason: 'did not wake from sleep' })
    const silent = new Story().boot(MORNING)
    silent.add(MORNING + HOUR, 'Microsoft-Windows-Kernel-Power', 42, { TargetState: '5' }).boot(MORNING + DAY)
    expect(await told(silent)).toMatchObject({ end: 'unexpected', reason: 'did not wake from hibernation' })
    const hibernated = new Story().boot(MORNING)
    hibernated.add(MORNING + HOUR, 'Microsoft-Windows-Kernel-Power', 42, { TargetState: '5' })
    expect(await told(dead(hibernated))).toMatchObject({ reason: 'did not wake from hibernation' })
    const discarded = new Story().boot(MORNING)
    discarded.add(MORNING + HOUR, 'Microsoft-Windows-Kernel-Power', 42, { TargetState: '6' })
    expect(await told(dead(discarded))).toMatchObject({ end: 'clean', reason: 'shut down with fast start-up' })
    expect(await told(dead(woken))).toMatchObject({ end: 'unexpected', reason: 'power cut, hang or reset' })
  })
})

describe('a wake', () => {
  const POWER = 'Microsoft-Windows-Kernel-Power'
  const asleep = (): Story => new Story().boot(MORNING).add(MORNING + HOUR, POWER, 42, { TargetState: '4' })
  const cut = (story: Story): Story =>
    story.boot(MORNING + 6 * HOUR, { unclean: true }).uncleanStart(MORNING + 6 * HOUR + 5_000)

  test('is told by Windows 7 in another way', async () => {
    const woken = asleep().add(MORNING + 3 * HOUR, 'Microsoft-Windows-Power-Troubleshooter', 1)
    expect((await scanVolume(volumeOf(cut(woken)))).boots[0]).toMatchObject({
      end: 'unexpected',
      endReason: 'power cut, hang or reset',
    })
  })

  test('is seen by what is written hours later, though nothing tells of it', async () => {
    const woken = asleep().add(MORNING + 4 * HOUR, 'Filler', 1)
    const ends = async (story: Story) => (await scanVolume(volumeOf(cut(story)))).boots[0]?.endReason
    expect(await ends(woken)).toBe('power cut, hang or reset')
    expect(await ends(asleep().add(MORNING + HOUR + 2_000, 'Filler', 1))).toBe('did not wake from sleep')
  })

  test('after fast start-up that leaves no trace and crashes is of that kernel, whatever the dump counts', async () => {
    const story = new Story().boot(MORNING).add(MORNING + HOUR, POWER, 42, { TargetState: '6' })
    story.boot(MORNING + 15 * HOUR, { unclean: true })
    story.uncleanStart(MORNING + 15 * HOUR + 4_000, { bugcheck: BUGCHECK })
    const crashedAt = MORNING + 15 * HOUR - MINUTE
    const dump = writeDump({ ...BUGCHECK, crashedAt, uptimeSeconds: 15 * 3600, modules: [] })
    const { boots, crashes } = await scanVolume(volumeOf(story, { 'Windows/Minidump/1.dmp': dump }))
    expect(shape(boots)).toEqual([
      ['cold', 'unknown', 'bugcheck'],
      ['cold', 'bugcheck', 'unknown'],
    ])
    expect(crashes).toMatchObject([{ bootId: boots[0]?.bootId }])
  })
})

describe('a clock that is wrong', () => {
  const STOPPED = Date.parse('2019-01-01T00:00:12.500Z')

  function mornings(days: number, correct: (story: Story, day: number) => unknown): Story {
    const story = new Story()
    for (let day = 0; day < days; day++) {
      story.boot(STOPPED, { unclean: day > 0 })
      if (day > 0) story.uncleanStart(STOPPED + 3_000)
      correct(story, day)
    }
    return story
  }

  test('and is set each morning gives each boot its own name and its day', async () => {
    const story = mornings(4, (told, day) =>
      told.clockSet(STOPPED + 40_000, MORNING + day * DAY).uptime(MORNING + day * DAY + 9 * HOUR, 32_440),
    )
    const { boots, bootLoops } = await scanVolume(volumeOf(story))
    expect(new Set(boots.map(({ bootId }) => bootId)).size).toBe(4)
    expect(boots.map(({ startedAt }) => startedAt.slice(0, 13))).toEqual(
      [2, 3, 4, 5].map((day) => `2026-03-0${day}T07`),
    )
    expect(boots.map(({ previous }) => previous.end)).toEqual(['unknown', 'unexpected', 'unexpected', 'unexpected'])
    expect(bootLoops).toEqual([])
  })

  test('is counted back from the uptime where nothing says when it was set', async () => {
    const story = mornings(3, (told, day) => told.uptime(MORNING + day * DAY + 9 * HOUR, 9 * 3600))
    const { boots } = await scanVolume(volumeOf(story))
    expect(boots.slice(1).map(({ startedAt }) => startedAt)).toEqual([
      '2026-03-03T08:00:00.500Z',
      '2026-03-04T08:00:00.500Z',
    ])
  })

  test.each([0, 700])('and is never set makes no loop, starting %i ms later each time', async (later) => {
    const story = new Story()
    for (let n = 0; n < 5; n++) {
      story.boot(STOPPED + n * later, { unclean: n > 0 })
      if (n > 0) story.uncleanStart(STOPPED + 3_000)
      story.add(STOPPED + 4 * MINUTE, 'Filler', 1)
    }
    const { boots, bootLoops } = await scanVolume(volumeOf(story))
    expect(new Set(boots.map(({ bootId }) => bootId)).size).toBe(5)
    expect(bootLoops).toEqual([])
  })

  test('gives a boot the same name in the first second, which reads the newest part of the log alone', () => {
    const story = mornings(6, (told, day) => {
      told.clockSet(STOPPED + 40_000, MORNING + day * DAY)
      for (let n = 0; n < 400; n++) told.add(MORNING + day * DAY + n * MINUTE, 'Filler', 1, { text: 'x'.repeat(200) })
    })
    const volume = new Volume(volumeOf(story))
    const recent = readStarts(volume, 'recent').facts.boots
    const all = readStarts(volume, 'all').facts.boots
    volume.close()
    expect(recent.length).toBeGreaterThan(0)
    expect(recent.length).toBeLessThan(all.length)
    expect(recent).toEqual(all.slice(-recent.length))
  })

  test('and was set in a boot whose start the log has lost is that boot’s alone', async () => {
    const story = mornings(1, (told) => told.clockSet(STOPPED + 40_000, MORNING))
    story
      .sleep(MORNING + HOUR, MORNING + 2 * HOUR)
      .boot(MORNING + DAY, { unclean: true })
      .uncleanStart(MORNING + DAY + 3_000)
    story.boot(MORNING + 2 * DAY, { unclean: true }).uncleanStart(MORNING + 2 * DAY + 3_000)
    const whole = (await scanVolume(volumeOf(story))).boots.slice(1)
    story.events.splice(0, story.events.findIndex(({ eventId }) => eventId === 27) + 1)
    expect((await scanVolume(volumeOf(story))).boots).toMatchObject(
      whole.map(({ bootId, startedAt }) => ({ bootId, startedAt })),
    )
  })

  test('and not yet set is not taken for an earlier boot: the log was written later than now', () => {
    const story = mornings(2, (told, day) =>
      told.clockSet(STOPPED + 40_000, MORNING + day * DAY).add(MORNING, 'Filler', 1),
    )
    const scene = { volume: volumeOf(story), isLive: true, startedAt: STOPPED, now: STOPPED + 30_000 }
    const { boot } = readFirstSight(scene)
    expect(boot.bootId).toBe(`${new Date(STOPPED).toISOString()}:${story.events.length + 1}`)
    const later = readFirstSight({ ...scene, startedAt: MORNING + DAY - 40_000, now: MORNING + DAY + HOUR })
    expect(later.boot.previousEnd).toBe('unexpected')
  })

  test('crashes in it are told once each, beside their dumps', async () => {
    const crash = (day: number) => ({
      stopCode: 0x7e,
      parameters: [BigInt(day + 1) << 32n, 0n, 0n, 0n] as typeof BUGCHECK.parameters,
    })
    const story = new Story()
    const dumps: Record<string, Buffer> = {}
    for (let day = 0; day < 3; day++) {
      story.boot(STOPPED, { unclean: day > 0 })
      if (day > 0) story.uncleanStart(STOPPED + 3_000, { bugcheck: crash(day - 1) })
      story.clockSet(STOPPED + 40_000, MORNING + day * DAY).add(MORNING + day * DAY + HOUR, 'Filler', 1)
      const uptimeSeconds = 3640
      if (day < 2)
        dumps[`Windows/Minidump/${day}.dmp`] = writeDump({
          ...crash(day),
          crashedAt: MORNING + day * DAY + HOUR,
          uptimeSeconds,
          modules: [],
        })
    }
    const { boots, crashes } = await scanVolume(volumeOf(story, dumps))
    expect(boots.map(({ end }) => end)).toEqual(['bugcheck', 'bugcheck', 'unknown'])
    expect(crashes.map(({ bootId, sources }) => [bootId, sources])).toEqual(
      boots.slice(0, 2).map(({ bootId }) => [bootId, ['log-41', 'minidump']]),
    )
  })

  test('set back an hour, or kept in the wrong zone, leaves a real boot loop one', async () => {
    for (const ahead of [HOUR, 8 * HOUR]) {
      const story = new Story().boot(MORNING)
      for (let n = 1; n <= 3; n++) {
        const at = MORNING + n * 5 * MINUTE
        story.boot(at + ahead, { unclean: true }).uncleanStart(at + ahead + 3_000, { bugcheck: BUGCHECK })
        story.clockSet(at + ahead + 20_000, at + 20_000).add(at + MINUTE, 'Filler', 1)
      }
      const { boots, bootLoops } = await scanVolume(volumeOf(story))
      expect(boots.map(({ startedAt }) => Date.parse(startedAt))).toEqual(
        [0, 5, 10, 15].map((m) => MORNING + m * MINUTE),
      )
      expect(bootLoops).toMatchObject([{ boots: 3 }])
    }
  })

  const spans = async (story: Story, files = {}) =>
    (await scanVolume(volumeOf(story, files))).boots.map(({ startedAt, endedAt }) => [
      (Date.parse(startedAt) - MORNING) / MINUTE,
      endedAt === null ? null : (Date.parse(endedAt) - MORNING) / MINUTE,
    ])

  test.each([8 * HOUR, 7 * 365 * DAY])(
    'and ran %i ms ahead in the boots before it was set back moves them',
    async (ahead) => {
      const story = new Story().boot(MORNING + ahead).shutdown(MORNING + ahead + MINUTE)
      story.boot(MORNING + ahead + 2 * MINUTE).clockSet(MORNING + ahead + 3 * MINUTE, MORNING + 3 * MINUTE)
      story.shutdown(MORNING + 5 * MINUTE).boot(MORNING + 6 * MINUTE)
      expect(await spans(story)).toEqual([
        [0, 1],
        [2, 5],
        [6, null],
      ])
    },
  )

  test('and was set forward by seven years and back, two boots later, leaves each boot its length and its crash', async () => {
    const ahead = 7 * 365 * DAY
    const story = new Story()
      .boot(MORNING - DAY)
      .shutdown(MORNING - HOUR)
      .boot(MORNING)
    story.clockSet(MORNING + MINUTE, MORNING + ahead + MINUTE).shutdown(MORNING + ahead + 10 * MINUTE)
    story.boot(MORNING + ahead + 11 * MINUTE).add(MORNING + ahead + 20 * MINUTE, 'Filler', 1)
    story.boot(MORNING + ahead + 31 * MINUTE, { unclean: true })
    story.uncleanStart(MORNING + ahead + 31 * MINUTE + 5_000, { bugcheck: BUGCHECK })
    story.clockSet(MORNING + ahead + 33 * MINUTE, MORNING + 33 * MINUTE).shutdown(MORNING + 50 * MINUTE)
    story.boot(MORNING + 51 * MINUTE)
    const dump = writeDump({
      ...BUGCHECK,
      crashedAt: MORNING + ahead + 30 * MINUTE,
      uptimeSeconds: 19 * 60,
      modules: [],
    })
    const files = { 'Windows/Minidump/1.dmp': dump }
    expect(await spans(story, files)).toEqual([
      [-1440, -60],
      [0, 10],
      [11, 30],
      [31, 50],
      [51, null],
    ])
    const { crashes, boots } = await scanVolume(volumeOf(story, files))
    expect(crashes).toMatchObject([{ bootId: boots[2]?.bootId, at: new Date(MORNING + 30 * MINUTE).toISOString() }])
  })

  test('and was set back wrongly for two boots, and forward again, moves those', async () => {
    const wrong = 30 * DAY
    const story = new Story()
      .boot(MORNING - DAY)
      .shutdown(MORNING - HOUR)
      .boot(MORNING)
    story.clockSet(MORNING + MINUTE, MORNING - wrong + MINUTE).shutdown(MORNING - wrong + 10 * MINUTE)
    story.boot(MORNING - wrong + 11 * MINUTE).shutdown(MORNING - wrong + 20 * MINUTE)
    story.boot(MORNING - wrong + 21 * MINUTE).clockSet(MORNING - wrong + 23 * MINUTE, MORNING + 23 * MINUTE)
    story.shutdown(MORNING + 30 * MINUTE).boot(MORNING + 31 * MINUTE)
    expect(await spans(story)).toEqual([
      [-1440, -60],
      [0, 10],
      [11, 20],
      [21, 30],
      [31, null],
    ])
  })

  test('and was of another zone at first is not doubted for a pause as long, weeks later', async () => {
    const story = new Story().boot(MORNING + 8 * HOUR).shutdown(MORNING + 8 * HOUR + MINUTE)
    story.boot(MORNING + 8 * HOUR + 2 * MINUTE).clockSet(MORNING + 8 * HOUR + 3 * MINUTE, MORNING + 3 * MINUTE)
    story.shutdown(MORNING + 5 * MINUTE).boot(MORNING + 6 * MINUTE)
    story
      .clockSet(MORNING + 7 * MINUTE, MORNING + 8 * HOUR)
      .shutdown(MORNING + 9 * HOUR)
      .boot(MORNING + 10 * HOUR)
    expect(await spans(story)).toEqual([
      [0, 1],
      [2, 5],
      [6, 540],
      [600, null],
    ])
  })

  test('and is set back after months of boots, by whom nobody knows, leaves those alone', async () => {
    const story = new Story()
    for (let day = -40; day < 0; day++) story.boot(MORNING + day * DAY).shutdown(MORNING + day * DAY + 9 * HOUR)
    story
      .boot(MORNING)
      .clockSet(MORNING + MINUTE, MORNING - 90 * DAY)
      .shutdown(MORNING - 90 * DAY + 9 * MINUTE)
    story.boot(MORNING - 90 * DAY + 10 * MINUTE)
    const told = await spans(story)
    expect(told[0]?.[0]).toBe(-40 * 1440)
    for (const [start, end] of told) expect(end ?? Number.POSITIVE_INFINITY).toBeGreaterThan(start ?? 0)
  })

  test('is right on a virtual machine that was paused, and set forward as it goes on', async () => {
    const story = new Story()
      .boot(MORNING)
      .clockSet(MORNING + HOUR, MORNING + 9 * DAY)
      .shutdown(MORNING + 9 * DAY + HOUR)
    story
      .boot(MORNING + 10 * DAY, { kernelStop: MORNING + 9 * DAY + HOUR })
      .clockSet(MORNING + 10 * DAY + HOUR, MORNING + 20 * DAY)
    expect((await scanVolume(volumeOf(story))).boots.map(({ startedAt }) => Date.parse(startedAt))).toEqual([
      MORNING,
      MORNING + 10 * DAY,
    ])
  })
})

describe('losses of the network', () => {
  const connection = (...changes: [at: number, eventId: 10_000 | 10_001][]): Record<string, Buffer> => ({
    [`${LOGS}/Microsoft-Windows-NetworkProfile%4Operational.evtx`]: writeEvtx(
      changes.map(([at, eventId], index) => ({
        recordId: index + 1,
        at,
        provider: 'Microsoft-Windows-NetworkProfile',
        eventId,
        data: { Name: 'Surgery' },
      })),
    ),
  })
  const lossesOf = async (story: Story, files: Record<string, Buffer>) =>
    (await scanVolume(volumeOf(story, files))).networkLosses.map(({ at, until }) => [Date.parse(at), Date.parse(until)])
  const EVENING = MORNING + 10 * HOUR
  const NEXT = MORNING + 24 * HOUR

  test('are none in sleep, in standby, in fast start-up and over a night switched off', async () => {
    const night = connection([EVENING + 1_000, 10_001], [NEXT + 20_000, 10_000])
    const stories = [
      new Story().boot(MORNING).sleep(EVENING, NEXT),
      new Story().boot(MORNING).sleep(EVENING, NEXT, true),
      new Story().boot(MORNING).fastStartup(EVENING, NEXT),
      new Story()
        .boot(MORNING)
        .shutdown(EVENING)
        .boot(NEXT, { kernelStop: EVENING + 2_000 }),
      new Story().boot(MORNING).boot(NEXT, { unclean: true }),
    ]
    for (const story of stories) expect(await lossesOf(story, night)).toEqual([])
  })

  test('count the time awake alone where one goes on through a night', async () => {
    const story = new Story().boot(MORNING).sleep(EVENING, NEXT)
    const files = connection([EVENING - HOUR, 10_001], [NEXT + HOUR, 10_000])
    expect(await lossesOf(story, files)).toEqual([
      [EVENING - HOUR, EVENING],
      [NEXT, NEXT + HOUR],
    ])
  })

  test('are none where a tunnel ends and the line stays', async () => {
    const networks = (...changes: [at: number, eventId: 10_000 | 10_001, name: string][]): Record<string, Buffer> => ({
      [`${LOGS}/Microsoft-Windows-NetworkProfile%4Operational.evtx`]: writeEvtx(
        changes.map(([at, eventId, Name], index) => ({
          recordId: index + 1,
          at,
          provider: 'Microsoft-Windows-NetworkProfile',
          eventId,
          data: { Name },
        })),
      ),
    })
    const start: [number, 10_000 | 10_001, string][] = [
      [MORNING + 20_000, 10_000, 'Identifying...'],
      [MORNING + 22_000, 10_000, 'Surgery'],
      [MORNING + HOUR, 10_000, 'VPN'],
      [MORNING + 2 * HOUR, 10_001, 'VPN'],
    ]
    const story = () => new Story().boot(MORNING)
    expect(await lossesOf(story(), networks(...start, [MORNING + 4 * HOUR, 10_000, 'VPN']))).toEqual([])
    const cut = networks(...start, [MORNING + 3 * HOUR, 10_001, 'Surgery'], [MORNING + 4 * HOUR, 10_000, 'Surgery'])
    expect(await lossesOf(story(), cut)).toEqual([[MORNING + 3 * HOUR, MORNING + 4 * HOUR]])
    // what was connected when the power went is not any more
    const later = MORNING + DAY
    const restarted = networks(
      ...start,
      [later + 20_000, 10_000, 'VPN'],
      [later + HOUR, 10_001, 'VPN'],
      [later + 2 * HOUR, 10_000, 'VPN'],
    )
    expect(await lossesOf(story().boot(later, { unclean: true }), restarted)).toEqual([
      [later + HOUR, later + 2 * HOUR],
    ])
  })

  test('take nothing away across a clock that was set', async () => {
    const story = new Story().boot(MORNING).clockSet(MORNING + HOUR, MORNING + 3 * HOUR)
    const files = connection([MORNING + 50 * MINUTE, 10_001], [MORNING + 3 * HOUR + 5 * MINUTE, 10_000])
    expect(await lossesOf(story, files)).toEqual([
      [MORNING + 50 * MINUTE, MORNING + HOUR],
      [MORNING + 3 * HOUR, MORNING + 3 * HOUR + 5 * MINUTE],
    ])
  })
})
