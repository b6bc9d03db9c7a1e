import { join } from 'node:path'
import type { Clock } from '@pumphandle/shared'
import { Random } from '@pumphandle/shared/random'
import { DAY } from '@pumphandle/shared/time'
import type { EnrolRequest, EnrolResponse } from '@pumphandle/shared/wire'
import { Credentials } from '../live/credentials.ts'
import { LiveSink } from '../live/live-sink.ts'
import { play } from '../live/play.ts'
import { ComponentNames } from '../sinks/keys.ts'
import { type Places, practicesCsv } from '../sinks/places.ts'
import { AGENT_VERSION } from '../sinks/speech.ts'
import { SLOT, SLOT_COUNT } from '../world/components.ts'
import { drawFleet, type Fleet } from '../world/fleet.ts'
import { World } from '../world/world.ts'
import { demoPlaces, demoSites } from './demo-places.ts'
import { demoScenario } from './demo-scenario.ts'
import { appCrash, history } from './history.ts'

/** Enrolments that wait for the collector at once: it writes up to 500 in one transaction. */
const ENROL_AT_ONCE = 300
const APP_CRASH_EVERY_MS = 90_000
/** The fleet's own day begins with surgeries open: Tuesday at ten. */
const TUESDAY = 2

export interface DemoOptions {
  /** Address of the collector. */
  readonly collector: string
  /** Where the fleet's identities are kept, so that the next start is the same fleet. */
  readonly dataDir: string
  readonly clock: Clock
  readonly importPractices: (csv: string) => Promise<void>
  readonly enrol: (request: EnrolRequest) => Promise<EnrolResponse>
  /** Whether the collector still knows a machine that was enrolled before. */
  readonly isKnown: (machine: string) => boolean
  /** The fleet stopped by a fault of its own. */
  readonly onFault: (error: unknown) => void
}

export interface Demo {
  readonly machines: number
  readonly practices: number
  /** Ends the fleet: every connection is closed at once. */
  close(): void
}

/** A fleet of 40 practices and 1,200 machines on real WebSockets, which receives a bad content file after a minute. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { clock, collector } = options
  const scenario = demoScenario(clock.now(), tuesdayAtTen(clock.now()))
  const fleet = drawFleet(scenario.fleet, scenario.background, new Random(scenario.seed), demoSites())
  const modelOf = (machine: number) => fleet.components.versions[fleet.initial[machine * SLOT_COUNT + SLOT.hw]!] ?? ''
  const places = demoPlaces(fleet, modelOf)
  await options.importPractices(practicesCsv(fleet, places))
  const credentials = Credentials.open(join(options.dataDir, 'demo-fleet.json'))
  const newcomers = await enrolFleet(fleet, places, credentials, options)

  const run = `d${clock.now().toString(36)}`
  let beganAt = clock.now()
  const names = new ComponentNames(fleet.components, scenario.fleet)
  let sink: LiveSink | undefined
  const world = new World({
    scenario,
    fleet,
    sink: (world) => {
      sink = new LiveSink(world, {
        collector,
        credentials,
        names,
        places,
        clock,
        run,
        timeOf: (seconds) => beganAt + seconds * 1000,
        firstWords: (machine) => (newcomers.has(machine) ? history(machine, beganAt, run) : []),
      })
      return sink
    },
  })
  beganAt = clock.now()
  world.start()
  const ending = new AbortController()
  const playing = play({ world, clock, speed: 1, beganAt, signal: ending.signal })
  const stopAppCrashes = crashAppsNowAndThen(world, sink!, clock, run)
  const close = () => {
    ending.abort()
    stopAppCrashes()
    world.sink.end()
  }
  playing.catch((error: unknown) => {
    close()
    options.onFault(error)
  })
  return { machines: fleet.machines, practices: fleet.sites.length, close }
}

/** Machines that the collector does not know yet get their identity. @returns those machines */
async function enrolFleet(
  fleet: Fleet,
  places: Places,
  credentials: Credentials,
  { enrol, isKnown }: DemoOptions,
): Promise<Set<number>> {
  const strangers = Array.from({ length: fleet.machines }, (_, machine) => machine).filter((machine) => {
    const known = credentials.get(machine)
    return known === undefined || !isKnown(known.machine)
  })
  for (let from = 0; from < strangers.length; from += ENROL_AT_ONCE) {
    const part = strangers.slice(from, from + ENROL_AT_ONCE)
    await Promise.all(
      part.map(async (machine) => {
        const site = places.siteCode(fleet.siteOf[machine]!)
        const computerName = places.computerName(machine)
        credentials.set(machine, await enrol({ computerName, site, agentVersion: AGENT_VERSION }))
      }),
    )
  }
  credentials.save()
  return new Set(strangers)
}

function crashAppsNowAndThen(world: World, sink: LiveSink, clock: Clock, run: string): () => void {
  let number = 1
  const random = new Random(world.scenario.seed + 1)
  return clock.every(APP_CRASH_EVERY_MS, () => {
    const { connected } = world.network
    const machine = connected[random.below(connected.length)]
    if (machine !== undefined) sink.say(machine, [appCrash(machine, ++number, clock.now(), run)])
  })
}

/** The latest Tuesday at ten that is not in the future. */
function tuesdayAtTen(now: number): string {
  const midnight = Math.floor(now / DAY) * DAY
  const back = (new Date(midnight).getUTCDay() - TUESDAY + 7) % 7
  return new Date(midnight - back * DAY + 10 * 3_600_000).toISOString()
}
