import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { systemClock } from '@pumphandle/shared'
import { runLive } from '@pumphandle/simulator/live'
import {
  parseScenario,
  readFleet,
  readScenario,
  replayThroughCollector,
  replayThroughDetector,
} from '@pumphandle/simulator/replay'
import { afterEach, describe, expect, test } from 'vitest'

const ownScenario = (name: string) =>
  readScenario(fileURLToPath(new URL(`../../packages/simulator/scenarios/${name}.json`, import.meta.url))).scenario

/** Fewer machines, and only the first forty minutes, in which everything that matters happens. */
const small = (name: string, machines: number) => {
  const scenario = ownScenario(name)
  const clock = { ...scenario.clock, duration_s: 2400 }
  return { ...scenario, clock, fleet: { ...scenario.fleet, machines } }
}

describe('in virtual time, through ingest, store and detector', () => {
  test('a bad content file is named in time, with the machines that failed', async () => {
    const scenario = small('content-file-by-day', 3000)
    const { result, story } = await replayThroughCollector({ scenario, wallClock: systemClock })
    expect(result).toMatchObject({ falseIncidents: 0, missed: 0, machines: 3000, through: 'collector' })
    expect(result.incidents[0]).toMatchObject({ cause: 'content:falconish@c291-1000', correct: true, rankOfTruth: 1 })
    expect(result.affected.precision).toBeGreaterThan(0.95)
    expect(result.affected.recall).toBeGreaterThan(0.9)
    expect(story).toContain('That is right.')
  })

  test('the detector alone says the same of the same fleet', async () => {
    const scenario = small('definition-stops-the-sensor', 3000)
    const alone = replayThroughDetector({ scenario, wallClock: systemClock }).result
    const whole = (await replayThroughCollector({ scenario, wallClock: systemClock })).result
    expect(alone.incidents.map((incident) => incident.cause)).toEqual(['content:sophish@ide-919'])
    expect(whole.incidents.map((incident) => incident.cause)).toEqual(['content:sophish@ide-919'])
    expect(whole.affected.failed).toBe(alone.affected.failed)
  })

  test('a restart of the collector, repeated reports and wrong clocks raise nothing', async () => {
    const { scenario } = parseScenario({
      format: 'fhm-scenario/1',
      id: 'restart',
      clock: { start: '2024-06-04T09:30:00Z', duration_s: 2700 },
      fleet: { machines: 1500 },
      confounders: [
        { type: 'duplicates', copies: 5 },
        { type: 'clock_skew', share: 0.2, offset_s: -250_000 },
        { type: 'flaky_machine', at_s: 60, machine: 3, crashes: 20, over_s: 2000 },
        { type: 'collector_restart', at_s: 1300 },
      ],
    })
    const { result } = await replayThroughCollector({ scenario, wallClock: systemClock })
    expect(result).toMatchObject({ incidents: [], falseIncidents: 0 })
  })
})

describe('in real time, over real connections', () => {
  const cleanups: (() => Promise<void> | void)[] = []
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })

  async function start(): Promise<{ collector: Collector; folder: string; token: string }> {
    const folder = mkdtempSync(join(tmpdir(), 'pumphandle-simulate-'))
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
    const config = readConfig({ PUMPHANDLE_PORT: '0', PUMPHANDLE_DATA: folder, PUMPHANDLE_LOG_LEVEL: 'silent' })
    const collector = await startCollector(config)
    cleanups.push(() => collector.close())
    const wanted = { name: 'test', site: null, days: 1, maxUses: null, createdBy: 'test' }
    const { secret } = await collector.context.enrolment.createToken(wanted)
    return { collector, folder, token: secret }
  }

  test('two processes enrol a fleet, play a scenario and end; the collector has what happened, and gives the fleet back', async () => {
    const { collector, folder, token } = await start()
    const { scenario } = parseScenario({
      format: 'fhm-scenario/1',
      id: 'live',
      // whoever fails is back after half a minute, of seconds that are a sixth as long: on a busy computer that takes longer
      clock: { start: '2024-06-04T10:00:00Z', duration_s: 120 },
      agent: { boot_s: [5, 10] },
      fleet: { machines: 90, always_on: 1 },
      background: { loss_per_hour: 0 },
      rollouts: [{ at_s: 5, slot: 'content', product: 'defendish', version: 'bad', arrival: { max_s: 5 } }],
      defects: [
        {
          when: { content: 'defendish@bad' },
          trigger: 'arrival',
          delay: { min_s: 2, max_s: 5 },
          symptom: 'crash',
          driver: 'dfnd.sys',
          repeat: 'never',
        },
      ],
    })
    const file = join(folder, 'live.json')
    writeFileSync(file, JSON.stringify({ ...scenario, $schema: undefined }))
    const speed = 6
    const result = await runLive({
      scenario,
      collector: collector.url,
      token,
      speed,
      processes: 2,
      argv: ['--scenario', file, '--collector', collector.url, '--speed', String(speed)],
      clock: systemClock,
      signal: new AbortController().signal,
      onProgress: () => {},
    })
    expect(result).toMatchObject({ machines: 90, processes: 2, unauthorised: 0 })
    expect(result.failed).toBeGreaterThan(5)
    await collector.context.ingest.flush()
    const crashed = [...collector.context.fleet.machines()].filter(
      (machine) => machine.bugcheck?.culprit === 'dfnd.sys',
    )
    expect(crashed).toHaveLength(result.failed)

    const real = readFleet(join(folder, 'pumphandle.db'))
    expect(real.spec.machines).toBe(90)
    expect(real.spec.stacks.map((stack) => stack.product)).toEqual(expect.arrayContaining(['defendish']))
    const { fleet, places } = real.draw()
    expect(fleet.components.keys).toContain('content:defendish@bad')
    expect(places.computerName(0)).toMatch(/-PC\d\d$/)
  })

  test('a token that is not known is one sentence', async () => {
    const { collector } = await start()
    const scenario = small('content-file-by-day', 5)
    const run = runLive({
      scenario,
      collector: collector.url,
      token: 'x'.repeat(40),
      speed: 1,
      argv: [],
      clock: systemClock,
      signal: new AbortController().signal,
      onProgress: () => {},
    })
    await expect(run).rejects.toThrow(/refused to enrol a machine \(401\)/)
  })
})
