import type { FactRegistry } from '@pumphandle/collector/detect'
import { DAY } from '@pumphandle/shared/time'
import { IncidentLog } from '../score/incident-log.ts'
import { Knowledge } from '../score/knowledge.ts'
import { ThresholdRules } from '../score/thresholds.ts'
import { Both } from '../sinks/both.ts'
import { IngestSink } from '../sinks/ingest-sink.ts'
import { ComponentNames, fileOwners } from '../sinks/keys.ts'
import { ObservationSink } from '../sinks/observations.ts'
import { numberedPlaces } from '../sinks/places.ts'
import { VirtualClock } from '../time/virtual-clock.ts'
import { drawFleet } from '../world/fleet.ts'
import { World, worldRandom } from '../world/world.ts'
import { Colluders } from './colluders.ts'
import { conclude, type Replayed, type ReplayOptions } from './run.ts'
import { VirtualCollector } from './virtual-collector.ts'

/** What is said within a second reaches the store in one transaction, at most a second late. */
const STEP_S = 1
/** Machines that introduce themselves between two commits. */
const INTRODUCE_AT_ONCE = 500
/** Machines are enrolled before the scenario begins. */
const ENROLLED_BEFORE_MS = 120_000

/** Replays a scenario in virtual time through a real collector: ingest, SQLite, detector, incidents, in one process. */
export async function replayThroughCollector(options: ReplayOptions): Promise<Replayed> {
  const { scenario, wallClock } = options
  const beganAt = wallClock.now()
  const random = worldRandom(scenario)
  const fleet = options.fleet ?? drawFleet(scenario.fleet, scenario.background, random)
  const names = new ComponentNames(fleet.components, scenario.fleet)
  const places = options.places ?? numberedPlaces(fleet)
  const startsAt = Date.parse(scenario.clock.start) - ENROLLED_BEFORE_MS
  // in a fleet's first day everybody is new, and believed
  const isKnown = scenario.hostile.length > 0
  const clock = new VirtualClock(startsAt - (isKnown ? DAY : 0))
  let colluders: readonly Colluders[] = []
  let ids = new Map<number, number>()
  const log = new IncidentLog((id) => ids.get(id) ?? -1)
  const rules = new ThresholdRules()
  let sink: IngestSink | undefined
  const collector = await VirtualCollector.start({
    clock,
    machines: fleet.machines,
    heartbeatSeconds: scenario.agent.heartbeat_s,
    silenceSeconds: scenario.agent.lost_max_s,
    lastHeard({ uid, lastHeard }) {
      for (const each of colluders) {
        const heard = each.lastHeard(uid, lastHeard)
        if (heard !== undefined) return heard
      }
      return sink?.lastHeard(uid, lastHeard) ?? lastHeard
    },
    onFinding: (finding) => log.take(finding),
    fileOwners: fileOwners(scenario.fleet),
  })
  try {
    const uids = await collector.enrol(fleet, places)
    if (isKnown) clock.advanceTo(startsAt)
    ids = new Map(uids.map((uid, machine) => [collector.context.fleet.byUid(uid)!.id, machine]))
    let knowledge: Knowledge | undefined
    const world = new World({
      scenario,
      random,
      fleet,
      clock,
      sink: (world) => {
        sink = new IngestSink(world, { collector: () => collector.context, uids, names, places })
        const beside = new ObservationSink(world, { tickMs: 1000 * STEP_S, observers: () => [rules] })
        knowledge = new Knowledge(world, new Both(sink, beside))
        return knowledge
      },
    })
    colluders = scenario.hostile.map(
      (spec) => new Colluders({ spec, world, collector: () => collector.context, names, places }),
    )
    for (let machine = 0; machine < fleet.machines; machine++) {
      sink!.introduce(machine)
      if (machine % INTRODUCE_AT_ONCE === INTRODUCE_AT_ONCE - 1) await collector.settle()
    }
    await collector.settle()
    world.start()
    for (let until = STEP_S; until < world.seconds + STEP_S; until += STEP_S) {
      world.advance(Math.min(until, world.seconds))
      let isSaid = sink!.takeSpoke()
      for (const each of colluders) isSaid = (await each.act()) || isSaid
      if (isSaid) await collector.settle()
      if (sink!.takeRestart()) await collector.restart()
    }
    world.sink.end()
    const facts: Pick<FactRegistry, 'get'> = collector.context.detection.facts
    return conclude(
      { world, log, knowledge: knowledge!, facts, names, alarms: rules.alarms },
      options,
      'collector',
      beganAt,
    )
  } finally {
    await collector.close()
  }
}
