import type { ComponentKind, EventOf } from '@pumphandle/shared/wire'
import { MAX_COMPONENTS } from '@pumphandle/shared/wire/limits'
import { reasonOf } from '../formats/problem.ts'
import { type ScanResult, scan } from '../scan.ts'
import { readSensors, readSensorsNamed, SENSOR_PRODUCTS } from '../sources/sensors/sensors.ts'
import { FileMemory } from '../volume/file-memory.ts'
import { LOG_FILES, LOGS } from '../volume/history.ts'
import { type LiveRegistry, type LogPlaces, Volume } from '../volume/volume.ts'
import type { SystemChannel } from '../windows/system-channel.ts'
import type { Observer, Sight } from './observer.ts'
import {
  bootEvent,
  bootLoopEvent,
  byPresentClock,
  crashEvent,
  name,
  networkLossEvent,
  newest,
  serviceFailureEvent,
  text,
  updateEvent,
  wireComponents,
} from './wire-facts.ts'

/** Of each kind, from the first look at a log that may hold years. */
const MAX_HISTORY = 500
/** Problems that the wire takes with an inventory. */
const MAX_PROBLEMS = 50
/** Where Windows leaves what happened: event logs, dumps, and what its start-up repair found. */
const LOOK_PLACES: Observer['places']['look'] = [
  { folder: LOGS, names: LOG_FILES },
  { folder: 'Windows/Minidump' },
  { folder: 'Windows/System32/LogFiles/Srt' },
]

/**
 * Sees a volume through the agent's sources.
 *
 * @param folder root of the volume
 * @param live the registry of this very volume, where it is running
 * @param channel the System log of this very volume, where it is running and worth a process of its own
 */
export function createVolumeObserver(
  folder: string,
  live: (() => LiveRegistry) | undefined,
  channel: () => SystemChannel | undefined,
): Observer {
  /** Sensors that the last full look found, and those whose folder changed since: a glance reads these alone. */
  let present: Set<string> | undefined
  const files = new FileMemory()
  /** What logs and dumps held at the last look. */
  let seen: string | undefined

  async function withVolume<T>(use: (volume: Volume) => T): Promise<Awaited<T>> {
    const volume = new Volume(folder, live?.(), files)
    try {
      return await use(volume)
    } finally {
      volume.close()
    }
  }

  return {
    places: {
      glance: [...new Set(SENSOR_PRODUCTS.flatMap(({ folders }) => folders ?? []))],
      keys: [...new Set(SENSOR_PRODUCTS.flatMap(({ keys }) => keys ?? []))],
      look: LOOK_PLACES,
    },
    hasNews: () => withVolume((volume) => traceOf(volume) !== seen),
    async look() {
      const sight = sightOf(
        await withVolume(async (volume) => {
          seen = traceOf(volume)
          const ahead = channel()
          if (ahead) await readChannel(volume, ahead)
          return { facts: await scan(volume, {}), movedLogs: volume.movedLogs() }
        }),
        live !== undefined,
      )
      present = new Set(sight.services.map(({ product }) => product))
      return sight
    },
    expect(folder) {
      for (const { name: product, folders } of SENSOR_PRODUCTS) if (folders?.includes(folder)) present?.add(product)
    },
    glance: () =>
      withVolume((volume) =>
        present === undefined
          ? { components: wireComponents(readSensors(volume)), complete: ['sensor', 'content'] }
          : { components: wireComponents(readSensorsNamed(volume, present)), complete: [] },
      ),
  }
}

/** Newest records and dumps, as a text that changes with them. */
function traceOf(volume: Volume): string {
  const dumps = [...volume.list('Windows/Minidump'), volume.stat('Windows/MEMORY.DMP')]
  const repair = volume.stat('Windows/System32/LogFiles/Srt/SrtTrail.txt')
  return JSON.stringify([volume.history().newestRecords(), dumps, repair])
}

/** The newest events may be missing from the log's file for seconds: a crash and its boot among them. */
async function readChannel(volume: Volume, channel: SystemChannel): Promise<void> {
  const history = volume.history()
  try {
    history.addToSystem(await channel.newerThan(history.system().ids.at(-1) ?? 0))
  } catch (error) {
    volume.problems.add(
      'channel-unanswered',
      `Windows was asked for its newest events in vain: ${reasonOf(error)}`,
      'System',
    )
  }
}

function sightOf({ facts, movedLogs }: { facts: ScanResult; movedLogs: LogPlaces }, isLive: boolean): Sight {
  const components = wireComponents(facts.components).slice(0, MAX_COMPONENTS)
  const kinds = new Set(components.map(({ kind }): ComponentKind => kind))
  // cut off at the wire's bound, what is listed last may be missing without having gone
  if (facts.components.length > MAX_COMPONENTS) for (const kind of ['driver', 'app'] as const) kinds.delete(kind)
  const isPresent = (product: string): boolean => components.some((one) => one.name.split('/')[0] === product)
  return {
    events: [
      ...newest(facts.crashes.map(crashEvent), MAX_HISTORY),
      ...newest((isLive ? byPresentClock(facts.boots) : facts.boots).map(bootEvent), MAX_HISTORY),
      ...newest(facts.bootLoops.map(bootLoopEvent), MAX_HISTORY),
      ...newest(facts.updates.map(updateEvent), MAX_HISTORY),
      ...newest(facts.serviceFailures.map(serviceFailureEvent), MAX_HISTORY),
      ...newest(facts.networkLosses.map(networkLossEvent), MAX_HISTORY),
    ],
    components,
    complete: [...kinds],
    inventory: inventoryOf(facts),
    movedLogs,
    services: SENSOR_PRODUCTS.filter((product) => isPresent(product.name)).flatMap((product) =>
      product.services.map((service) => ({ service, product: product.name })),
    ),
  }
}

function inventoryOf(facts: ScanResult): Sight['inventory'] {
  const osName = name(facts.osName)
  const maker = name(facts.maker)
  const model = name(facts.model)
  const problems: EventOf<'inventory'>['problems'] = facts.problems.map(({ code, message, where }) => ({
    source: name(where) ?? 'volume',
    code: name(code) ?? 'unknown',
    message: text(message),
  }))
  if (facts.startRepair) {
    const { at, files, rootCauses } = facts.startRepair
    const found = [...rootCauses, ...files].join('; ')
    problems.unshift({
      source: 'start-repair',
      code: 'start-repair',
      message: text(`Start-up repair, ${at}: ${found}`),
    })
  }
  return {
    ...(osName !== undefined && { osName }),
    ...(maker !== undefined && { maker }),
    ...(model !== undefined && { model }),
    readiness: facts.readiness,
    ...(problems.length > 0 && { problems: problems.slice(0, MAX_PROBLEMS) }),
  }
}
