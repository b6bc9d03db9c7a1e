import { Crews } from './crew.ts'
import { quantile, round, usageOf, wait } from './figures.ts'
import { World } from './world.ts'

const HEARTBEAT_MS = 15_000
/** An event of each machine a minute: more than ten times what a healthy one sends. */
const EVENTS_A_MINUTE = 1
/** A collector that nobody is connected to costs something too, which is no machine's. */
const IDLE_MS = 5_000

export interface Connected {
  readonly machines: number
  readonly open: number
  readonly refused: number
  readonly openSeconds: number
  readonly ackP50Ms: number
  readonly ackP99Ms: number
  readonly bytesPerMachine: number
  readonly rssMb: number
  readonly cpuMicrosecondsPerMachineSecond: number
}

/** So many machines connected at once, each with heartbeats and an event a minute, for so long. */
export async function connected(world: World, machines: number, seconds: number): Promise<Connected> {
  const collector = await world.start()
  const crews = await Crews.start(machines, world.ca)
  try {
    const idle = usageOf(collector.pid)
    await wait(IDLE_MS)
    const empty = usageOf(collector.pid)
    const idlePerMs = (empty.cpuMs - idle.cpuMs) / IDLE_MS
    await crews.all({ do: 'beat', everyMs: HEARTBEAT_MS })
    const began = performance.now()
    const { refused } = await crews.all({ do: 'open', url: collector.url })
    const openSeconds = (performance.now() - began) / 1000
    await crews.tell((machines * EVENTS_A_MINUTE) / 60)
    // a round of heartbeats before anything counts
    await wait(HEARTBEAT_MS)
    await crews.all({ do: 'report' })
    const before = usageOf(collector.pid)
    const from = performance.now()
    await wait(seconds * 1000)
    const after = usageOf(collector.pid)
    const ms = performance.now() - from
    const { ackMs, open } = await crews.all({ do: 'report' })
    return {
      machines,
      open,
      refused,
      openSeconds: round(openSeconds),
      ackP50Ms: quantile(ackMs, 0.5),
      ackP99Ms: quantile(ackMs, 0.99),
      bytesPerMachine: round(((after.rssMb - empty.rssMb) * 2 ** 20) / machines),
      rssMb: round(after.rssMb),
      cpuMicrosecondsPerMachineSecond: round(
        ((after.cpuMs - before.cpuMs - idlePerMs * ms) * 1000) / machines / (ms / 1000),
      ),
    }
  } finally {
    crews.end()
    await collector.kill()
  }
}
