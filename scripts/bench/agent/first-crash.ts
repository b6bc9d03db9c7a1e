import { spawn, spawnSync } from 'node:child_process'
import { startStandIn } from '../../../tests/support/stand-in-collector.ts'
import { makeWorld } from './world.ts'

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
  for (let run = 0; run < RUNS; run++) {
    const beforeFloor = milliseconds()
    spawnSync(node, ['-e', '0'])
    floors.push(milliseconds() - beforeFloor)

    const collector = await startStandIn({ tls: world.tls, isBare: true })
    world.enrol(collector.url)
    const begin = milliseconds()
    const args = ['--v8-pool-size=0', agent, 'run', '--volume', world.volume, '--data', world.data]
    const child = spawn(node, args, { stdio: ['ignore', 'ignore', 'inherit'] })
    await collector.frame('events', ({ events }) => events.some(({ type }) => type === 'crash'))
    const arrived = collector.frames.find(({ frame }) => frame.type === 'events')?.at ?? 0
    agents.push(arrived - begin)
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
    await collector.close()
  }
  world.remove()
  return { agentMs: median(agents), floorMs: median(floors), runs: RUNS }
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
