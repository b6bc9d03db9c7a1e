import { spawn } from 'node:child_process'
import { startStandIn } from '../../../tests/support/stand-in-collector.ts'
import { median } from './first-crash.ts'
import { ENVIRONMENT, makeWorld } from './world.ts'

const EVENTS = 30
/** A later file must not wait because an earlier one came: from hard upon each other to well apart. */
const APART_MS = [20, 120, 310, 450, 600]

/** From the end of writing a channel file to the frame at the collector, over TLS. */
export async function measureFileEvent(
  node: string,
  agent: string,
): Promise<{ medianMs: number; worstMs: number; events: number }> {
  const world = makeWorld()
  const collector = await startStandIn({ tls: world.tls, isBare: true })
  world.enrol(collector.url)
  const args = ['--v8-pool-size=0', agent, 'run', '--volume', world.volume, '--data', world.data]
  const child = spawn(node, args, { stdio: ['ignore', 'ignore', 'inherit'], env: ENVIRONMENT })
  await collector.frame('events', ({ events }) => events.some(({ type }) => type === 'inventory'))
  const times: number[] = []
  for (let n = 0; n < EVENTS; n++) {
    await new Promise((resolve) => setTimeout(resolve, APART_MS[n % APART_MS.length]))
    world.dropChannelFile(300 + n)
    const written = Number(process.hrtime.bigint()) / 1e6
    const isOurs = ({ name }: { name?: string }): boolean => name === `falcon/${300 + n}`
    await collector.frame('events', ({ events }) => events.some((e) => e.type === 'component-changed' && isOurs(e)))
    const frame = collector.frames.find(
      ({ frame }) => frame.type === 'events' && frame.events.some((e) => e.type === 'component-changed' && isOurs(e)),
    )
    times.push(Math.max(0, (frame?.at ?? 0) - written))
  }
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
  await collector.close()
  world.remove()
  return { medianMs: median(times), worstMs: Math.round(Math.max(...times)), events: EVENTS }
}
