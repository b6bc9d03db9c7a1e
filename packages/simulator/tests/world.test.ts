import { describe, expect, test } from 'vitest'
import { drawOutage } from '../src/random/outage.ts'
import { SLOT_COUNT } from '../src/world/components.ts'
import { record } from './recorder.ts'
import { quietScenario } from './small-scenario.ts'

const badContent = (over: Record<string, unknown> = {}) => ({
  rollouts: [{ at_s: 60, slot: 'content', product: 'defendish', version: 'bad', arrival: { max_s: 60 } }],
  defects: [{ when: { content: 'defendish@bad' }, trigger: 'arrival', symptom: 'crash', driver: 'dfnd.sys', ...over }],
})

/** Machines of a product. */
function having(world: ReturnType<typeof record>['world'], key: string): number[] {
  const { keys } = world.fleet.components
  return Array.from({ length: world.machines.count }, (_, machine) => machine).filter((machine) =>
    Array.from({ length: SLOT_COUNT }, (_, slot) => world.machines.component[machine * SLOT_COUNT + slot]!).some(
      (component) => component >= 0 && keys[component] === key,
    ),
  )
}

test('the same seed gives the same run, another seed another', () => {
  const scenario = quietScenario({ background: {}, ...badContent() })
  const [one, again, other] = [record(scenario), record(scenario), record({ ...scenario, seed: 2 })]
  expect(again.recorder.heard).toEqual(one.recorder.heard)
  expect(other.recorder.heard).not.toEqual(one.recorder.heard)
})

test('a fleet without trouble connects once and says nothing more', () => {
  const { recorder, world } = record(quietScenario())
  expect(recorder.heard.every((entry) => entry.what === 'connected')).toBe(true)
  expect(new Set(recorder.heard.map((entry) => entry.machine)).size).toBe(world.machines.count)
})

test('opening hours: those that are not always on leave in the evening with a goodbye', () => {
  const { recorder, world } = record(quietScenario({ clock: { start: '2024-06-04T17:00:00Z', duration_s: 4 * 3600 } }))
  const left = new Set(recorder.of('goodbye').map((entry) => entry.machine))
  for (let machine = 0; machine < world.machines.count; machine++) {
    expect(left.has(machine)).toBe(world.fleet.alwaysOn[machine] === 0)
  }
})

describe('defects', () => {
  test('every machine with the version crashes once, reboots, and reports the crash', () => {
    const { world, recorder } = record(quietScenario(badContent({ repeat: 'never' })))
    const affected = world.truth.failures().map((failure) => failure.machine)
    expect(affected.sort((a, b) => a - b)).toEqual(having(world, 'content:defendish@bad'))
    expect(affected.length).toBeGreaterThan(20)
    const reported = recorder.of('connected').filter((entry) => entry.greeting?.crash)
    expect(reported).toHaveLength(affected.length)
    expect(reported[0]!.greeting!.crash).toMatchObject({ driver: 'dfnd.sys', number: 1 })
    expect(reported[0]!.greeting!.previousEnd).toBe('bugcheck')
  })

  test('silence is noticed between the scenario’s bounds after the crash', () => {
    const { world, recorder } = record(quietScenario(badContent({ repeat: 'never' })))
    const vanished = new Map(recorder.of('vanished').map((entry) => [entry.machine, entry.at]))
    const waits = recorder.of('silent').map((entry) => entry.at - vanished.get(entry.machine)!)
    expect(waits.length).toBe(world.truth.failures().length)
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(25)
    expect(Math.max(...waits)).toBeLessThanOrEqual(40)
  })

  test('a defect that repeats makes a loop, which ends when the next version arrives', () => {
    const spec = badContent({ repeat: 'every_boot', recover_prob_per_boot: 1, boot_delay_s: [30, 40] })
    const rollouts = [{ ...spec.rollouts[0]!, revert_at_s: 900, revert_version: 'good' }]
    const { world, recorder } = record(quietScenario({ ...spec, rollouts }))
    const crashes = recorder.of('connected').filter((entry) => entry.greeting?.crash)
    const [machine] = world.truth.failures().map((failure) => failure.machine)
    expect(crashes.filter((entry) => entry.machine === machine).length).toBeGreaterThan(3)
    for (const { machine } of world.truth.failures()) expect(world.network.isConnected(machine)).toBe(true)
    expect(having(world, 'content:defendish@bad')).toEqual([])
  })

  test('a roll-out meant for those with one version is withdrawn from those that it reached', () => {
    const spec = badContent({ repeat: 'never' })
    const first = { at_s: 60, slot: 'content', product: 'defendish', version: 'old', arrival: { max_s: 60 } }
    const second = { ...first, at_s: 600, version: 'bad', scope: { slot: 'content', is: 'defendish@old' } }
    const rollouts = [first, { ...second, revert_at_s: 1800, revert_version: 'good' }]
    const { world } = record(quietScenario({ ...spec, rollouts }))
    expect(world.truth.failures().length).toBeGreaterThan(20)
    expect(having(world, 'content:defendish@bad')).toEqual([])
    expect(having(world, 'content:defendish@good')).toHaveLength(world.truth.failures().length)
  })

  test('noboot: machines say that they restart and do not come back', () => {
    const { world, recorder } = record(
      quietScenario({
        clock: { start: '2024-06-04T10:00:00Z', duration_s: 3 * 3600 },
        rollouts: [
          { at_s: 60, slot: 'os', version: 'bad', activate: 'restart', restart_window_s: 600, arrival: { max_s: 60 } },
        ],
        defects: [{ when: { os: 'windows@bad', product: 'sophish' }, trigger: 'boot', symptom: 'noboot' }],
      }),
    )
    const stuck = world.truth.failures().map((failure) => failure.machine)
    expect(stuck.length).toBeGreaterThan(5)
    expect(stuck.filter((machine) => world.network.isConnected(machine))).toEqual([])
    expect(recorder.of('goodbye')).toHaveLength(world.machines.count)
    expect(world.network.connected.length).toBe(world.machines.count - stuck.length)
  })

  test('service_down is said once for each machine and nobody leaves', () => {
    const { world, recorder } = record(quietScenario(badContent({ symptom: 'service_down' })))
    expect(recorder.of('service')).toHaveLength(world.truth.failures().length)
    expect(recorder.of('vanished')).toEqual([])
  })

  test('netloss: the machine runs on, unheard, in the same boot when it is back', () => {
    const { world, recorder } = record(quietScenario(badContent({ symptom: 'netloss', recover_mean_s: 300 })))
    const back = recorder.of('connected').filter((entry) => entry.at > 0)
    expect(back.length).toBeGreaterThan(0)
    expect(back.every((entry) => entry.greeting!.previousEnd === 'same')).toBe(true)
    expect(world.truth.failures().every(({ machine }) => world.machines.on[machine])).toBe(true)
  })

  test('hang and forced_reboot end a boot without a bugcheck', () => {
    for (const symptom of ['hang', 'forced_reboot']) {
      const clock = { start: '2024-06-04T10:00:00Z', duration_s: 3 * 3600 }
      const { recorder } = record(quietScenario({ clock, ...badContent({ symptom }) }))
      const back = recorder.of('connected').filter((entry) => entry.at > 0)
      expect(back.length).toBeGreaterThan(0)
      expect(back.every((entry) => entry.greeting!.previousEnd === 'unexpected')).toBe(true)
    }
  })
})

describe('roll-outs', () => {
  test('stages reach their share and no more', () => {
    const stages = [
      { at_s: 0, share: 0.1 },
      { at_s: 1800, share: 0.5 },
    ]
    const rollouts = [{ at_s: 60, slot: 'sensor', product: 'defendish', version: 'n', arrival: { max_s: 60 }, stages }]
    const scenario = quietScenario({ rollouts, fleet: { machines: 2000, hours: { weekday_prob: 1 } } })
    const early = record(scenario, 1000).world
    const all = having(early, 'product:defendish').length
    expect(having(early, 'sensor:defendish@n').length / all).toBeGreaterThan(0.06)
    expect(having(early, 'sensor:defendish@n').length / all).toBeLessThan(0.14)
    const late = record(scenario).world
    expect(having(late, 'sensor:defendish@n').length / all).toBeCloseTo(0.5, 1)
  })

  test('a scope keeps everyone else out', () => {
    const rollouts = [
      { at_s: 60, slot: 'print', fam: 'pm', version: '5', arrival: { max_s: 9 }, scope: { slot: 'print', is: 'pm@3' } },
    ]
    const before = having(record(quietScenario(), 1).world, 'print:pm@3')
    expect(having(record(quietScenario({ rollouts })).world, 'print:pm@5')).toEqual(before)
  })
})

describe('confounders', () => {
  test('a power cut darkens one practice at once, and its machines return with an unclean boot', () => {
    const confounders = [{ type: 'power_cut', at_s: 600, site: 2, duration_s: 600 }]
    const { world, recorder } = record(quietScenario({ confounders }))
    const site = world.fleet.sites[2]!
    expect(recorder.of('vanished')).toHaveLength(site.count)
    expect(recorder.of('silent').every((entry) => entry.detail === false)).toBe(true)
    const back = recorder.of('connected').filter((entry) => entry.at > 0)
    expect(back.map((entry) => entry.greeting!.previousEnd)).toEqual(Array(site.count).fill('unexpected'))
  })

  test('a network failure of a region: same boot on return, nothing outside the region', () => {
    const confounders = [{ type: 'wan_outage', at_s: 600, region: 1, share: 1, duration_s: 300 }]
    const { world, recorder } = record(quietScenario({ confounders }))
    const regions = recorder
      .of('vanished')
      .map((entry) => world.fleet.sites[world.fleet.siteOf[entry.machine]!]!.region)
    expect(new Set(regions)).toEqual(new Set([1]))
    const back = recorder.of('connected').filter((entry) => entry.at > 0)
    expect(back.every((entry) => entry.greeting!.previousEnd === 'same')).toBe(true)
    expect(world.network.connected.length).toBe(world.machines.count)
  })

  test('a collector’s restart: everybody is back within two minutes, in the same boot', () => {
    const { world, recorder } = record(quietScenario({ confounders: [{ type: 'collector_restart', at_s: 600 }] }), 720)
    expect(recorder.of('collector')).toHaveLength(1)
    expect(recorder.of('connected')).toHaveLength(2 * world.machines.count)
    expect(world.network.connected.length).toBe(world.machines.count)
  })

  test('duplicates repeat crash reports, and a flaky machine crashes as often as it should', () => {
    const flaky = { type: 'flaky_machine', at_s: 60, machine: 5, crashes: 4, over_s: 3000, driver: 'x.sys' }
    const { recorder } = record(quietScenario({ confounders: [{ type: 'duplicates', copies: 3 }, flaky] }))
    const reports = recorder.of('connected').filter((entry) => entry.greeting?.crash)
    expect(reports.map((entry) => entry.machine)).toEqual([5, 5, 5, 5])
    expect(recorder.of('repeated')).toHaveLength(12)
  })

  test('silent sleep and a storm come and go', () => {
    const sleep = { type: 'silent_sleep', at_s: 60, share: 0.5, duration_s: 600 }
    const storm = { type: 'storm', at_s: 1200, region: 0, share: 1, spread_s: 60, duration_s: 300 }
    const { world, recorder } = record(quietScenario({ confounders: [sleep, storm] }))
    expect(recorder.of('vanished').length).toBeGreaterThan(world.machines.count / 3)
    expect(world.network.connected.length).toBe(world.machines.count)
  })

  test('hardware that crashes: only machines that have it', () => {
    const bad = { type: 'bad_hw_driver', at_s: 1, slot: 'gpu', is: 'nvx@55', driver: 'nvlddm.sys', per_device_hour: 2 }
    const { world, recorder } = record(quietScenario({ confounders: [bad] }))
    const crashed = new Set(recorder.of('vanished').map((entry) => entry.machine))
    expect(crashed.size).toBeGreaterThan(3)
    expect(having(world, 'gpu:nvx@55')).toEqual(expect.arrayContaining([...crashed]))
  })
})

test('a clock that is wrong changes nothing in the world', () => {
  const skewed = record(quietScenario({ confounders: [{ type: 'clock_skew', share: 1, offset_s: 1e5 }] })).recorder
  expect(skewed.heard).toEqual(record(quietScenario()).recorder.heard)
})

describe('what looks like a bad version and is none', () => {
  const day = { clock: { start: '2024-06-04T10:00:00Z', duration_s: 7200 } }
  const crashesOf = (recorder: ReturnType<typeof record>['recorder']) =>
    recorder.of('connected').filter((entry) => entry.greeting?.crash).length

  test('a wave of programs that crash strikes its share of machines, of one version where it is named', () => {
    const wave = { type: 'program_wave', at_s: 600, share: 0.5, spread_s: 60 }
    const { recorder, world } = record(quietScenario({ ...day, confounders: [wave] }))
    const struck = recorder.of('program')
    expect(struck.length / world.machines.count).toBeCloseTo(0.5, 1)
    expect(struck.every(({ at }) => at >= 600 && at <= 660)).toBe(true)
    const one = record(quietScenario({ ...day, confounders: [{ ...wave, is: 'tppish@11' }] })).recorder.of('program')
    expect(new Set(one.map(({ detail }) => detail))).toEqual(new Set(['tppish.exe']))
  })

  test('heat makes everybody crash more often, and ends', () => {
    const heat = { type: 'heat', at_s: 0, days: 1, from_h: 11, to_h: 12, factor: 300 }
    const background = { ...quietScenario().background, crash_per_device_week: 0.05 }
    const long = { clock: { start: '2024-06-04T10:00:00Z', duration_s: 6 * 3600 }, background, confounders: [heat] }
    const crashes = record(quietScenario(long)).recorder.of('vanished')
    const hot = crashes.filter(({ at }) => at >= 3600 && at < 7200).length
    expect(hot).toBeGreaterThan(20)
    expect(crashes.length - hot).toBeLessThan(hot / 3)
  })

  test('a technician installs a remedy on machines that have crashed', () => {
    const flaky = { type: 'flaky_machine', at_s: 60, machine: 7, crashes: 1, over_s: 60, driver: 'dfnd.sys' }
    const remedy = { type: 'remedy', at_s: 0, product: 'cleanish', version: '1', share: 1, mean_s: 60 }
    const { recorder, world } = record(quietScenario({ ...day, confounders: [flaky, remedy] }))
    expect(crashesOf(recorder)).toBe(1)
    expect(having(world, 'sensor:cleanish@1')).toEqual([7])
  })

  test('two machines of one identity speak in turn, and each has its own versions', () => {
    const clone = { type: 'clone', at_s: 60, machines: 5, every_s: 300, duration_s: 3600 }
    const changes = record(quietScenario({ ...day, confounders: [clone] })).recorder.of('changed')
    expect(new Set(changes.map(({ machine }) => machine)).size).toBeLessThanOrEqual(5)
    expect(changes.length).toBeGreaterThan(20)
  })

  test('on a holiday nobody comes who would not come at a weekend', () => {
    const hours = { weekday_prob: 1, weekend_prob: 0, holidays: ['2024-06-04'] }
    const { world } = record(quietScenario({ ...day, fleet: { machines: 100, regions: 2, hours } }))
    expect([...world.machines.on]).toEqual([...world.fleet.alwaysOn])
  })

  test('where the practice decides, a whole practice fails or none of it', () => {
    const { world } = record(quietScenario(badContent({ fraction: 0.5, practice_correlation: 1 })))
    const failed = new Set(world.truth.failures().map(({ machine }) => machine))
    const bySite = Map.groupBy(having(world, 'content:defendish@bad'), (machine) => world.fleet.siteOf[machine])
    const shares = [...bySite.values()].map((all) => all.filter((machine) => failed.has(machine)).length / all.length)
    expect(new Set(shares)).toEqual(new Set([0, 1]))
  })
})

describe('an outage drawn at random', () => {
  const drawn = Array.from({ length: 60 }, (_, seed) => drawOutage(seed))

  test('is the same for the same seed, and none is like another', () => {
    expect(drawOutage(7)).toEqual(drawn[7])
    expect(new Set(drawn.map(({ fleet, clock }) => `${fleet.machines} ${clock.start}`)).size).toBe(drawn.length)
  })

  test('names what is bad and by when, or that nothing is', () => {
    const bad = drawn.filter(({ defects }) => defects.length > 0)
    expect(bad.length).toBeGreaterThan(drawn.length / 2)
    for (const { truth, clock, rollouts } of bad) {
      const [rollout] = rollouts
      expect(truth.incidents[0]?.cause).toContain(`@${rollout?.version}`)
      expect(rollout!.at_s + truth.incidents[0]!.detect_within_s).toBeLessThan(clock.duration_s)
    }
    for (const { truth, defects } of drawn) expect(truth.incidents).toHaveLength(defects.length)
  })
})
