import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { sharedDir } from '../../../tests/support/shared.ts'
import { startStandIn } from '../../../tests/support/stand-in-collector.ts'
import { bigLog, emptyLog } from './big-log.ts'
import { ENVIRONMENT, makeWorld, type World } from './world.ts'

const RUNS = 25

const milliseconds = (): number => Number(process.hrtime.bigint()) / 1e6

/** Medians, in turn with each other so that a busy machine burdens both. */
export async function measureFirstCrash(
  node: string,
  agent: string,
): Promise<{ agentMs: number; floorMs: number; runs: number }> {
  const world = makeWorld()
  const agents: number[] = []
  const floors: number[] = []
  await startOnce(node, agent, world, hasLooked)
  for (let run = 0; run < RUNS; run++) {
    const beforeFloor = milliseconds()
    spawnSync(node, ['-e', '0'], { env: ENVIRONMENT })
    floors.push(milliseconds() - beforeFloor)

    agents.push(await startOnce(node, agent, world, isCrash))
  }
  world.remove()
  return { agentMs: median(agents), floorMs: median(floors), runs: RUNS }
}

/** Bytes of a System log that is full, as Windows sets its size. */
const FULL_LOG_BYTES = 20_971_520

/**
 * The same on a machine with a full System log and on one with an empty log, in turn; undefined where there are no real logs.
 * Of the full one, `far` has the start before this one at its very beginning, as on a server that ran for months.
 */
export async function measureFullLog(
  node: string,
  agent: string,
): Promise<{ emptyMs: number; fullMs: number; farMs: number; runs: number } | undefined> {
  const folder = sharedDir && join(sharedDir, 'windows-artefacts/eventlogs')
  if (!folder || !existsSync(folder)) return undefined
  const log = (name: string): Buffer => readFileSync(join(folder, name))
  const newest = log('pyevtx_system.evtx')
  const older = ['plaso_System.evtx', 'omer_system.evtx'].map(log)
  const worlds = {
    emptyMs: makeWorld(emptyLog(newest)),
    fullMs: makeWorld(bigLog(newest, older, FULL_LOG_BYTES)),
    farMs: makeWorld(bigLog(newest, [log('tsevtx_Application.evtx')], FULL_LOG_BYTES, 1)),
  }
  const times: Record<keyof typeof worlds, number[]> = { emptyMs: [], fullMs: [], farMs: [] }
  for (const world of Object.values(worlds)) await startOnce(node, agent, world, hasLooked)
  for (let run = 0; run < RUNS; run++)
    for (const name of Object.keys(worlds) as (keyof typeof worlds)[])
      times[name].push(await startOnce(node, agent, worlds[name], isCrash))
  for (const world of Object.values(worlds)) world.remove()
  return {
    emptyMs: median(times.emptyMs),
    fullMs: median(times.fullMs),
    farMs: median(times.farMs),
    runs: RUNS,
  }
}

const isCrash = (events: readonly AgentEvent[]): boolean => events.some(({ type }) => type === 'crash')
/** The first start after an installation compiles everything, and keeps it once the first second is over. */
const hasLooked = (events: readonly AgentEvent[]): boolean => events.some(({ type }) => type === 'inventory')

/** From the start of a process to the first events at the collector, milliseconds; the process ends after those asked for. */
async function startOnce(
  node: string,
  agent: string,
  world: World,
  isEnough: (events: readonly AgentEvent[]) => boolean,
): Promise<number> {
  const collector = await startStandIn({ tls: world.tls, isBare: true })
  world.enrol(collector.url)
  const begin = milliseconds()
  const args = ['--v8-pool-size=0', agent, 'run', '--volume', world.volume, '--data', world.data]
  const child = spawn(node, args, { stdio: ['ignore', 'ignore', 'inherit'], env: ENVIRONMENT })
  await collector.frame('events', ({ events }) => isEnough(events))
  const arrived = collector.frames.find(({ frame }) => frame.type === 'events')?.at ?? 0
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
  await collector.close()
  return arrived - begin
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
