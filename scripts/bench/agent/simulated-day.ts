import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startStandIn } from '../../../tests/support/stand-in-collector.ts'
import { ENVIRONMENT, makeWorld } from './world.ts'

/** Simulated hours: memory is read after the first, CPU time over the others. */
const HOURS = 4
const HOUR_S = 3600
const DAY_S = 86_400
/** Simulated seconds to a real one: an hour's timers fire within 20 s, so that work, not waiting, is measured. */
const SPEED = 180
const HEARTBEAT_S = 15
/** A machine's day of news: sensors' content comes some 30 times a day. */
const CHANNEL_FILES_PER_HOUR = 2

export interface DayFigures {
  privateMiB: number
  cpuSecondsPerDay: number
  bytesPerDay: number
}

/**
 * Runs the agent with its timers sped up: heartbeats, polls, services, and content files that arrive. The bytes of TLS and
 * TCP around each frame are added as RFC 8446 and a 1,500-byte network have them.
 */
export async function measureSimulatedDay(node: string): Promise<DayFigures> {
  const world = makeWorld()
  const collector = await startStandIn({ tls: world.tls, isBare: true, welcome: { heartbeatSeconds: HEARTBEAT_S } })
  world.enrol(collector.url)
  const agent = join(import.meta.dirname, '../../../packages/agent/dist/bundle/agent.cjs')
  const preload = join(import.meta.dirname, 'fast-clock.cjs')
  const args = ['--v8-pool-size=0', '--require', preload, agent, 'run', '--volume', world.volume, '--data', world.data]
  const env = { ...ENVIRONMENT, PUMPHANDLE_BENCH_SPEED: String(SPEED) }
  const child = spawn(node, args, { stdio: ['ignore', 'ignore', 'inherit'], env })
  await collector.frame('events', ({ events }) => events.some(({ type }) => type === 'inventory'))

  async function hour(first: number): Promise<void> {
    for (let n = 0; n < CHANNEL_FILES_PER_HOUR; n++) {
      world.dropChannelFile(400 + first * CHANNEL_FILES_PER_HOUR + n)
      await new Promise((resolve) => setTimeout(resolve, (HOUR_S * 1000) / SPEED / CHANNEL_FILES_PER_HOUR))
    }
  }
  await hour(0)
  const privateMiB = privateMemory(child.pid ?? 0)
  const cpuBefore = cpuSeconds(child.pid ?? 0)
  const framesBefore = collector.frames.length
  for (let n = 1; n < HOURS; n++) await hour(n)
  const share = DAY_S / ((HOURS - 1) * HOUR_S)
  const cpuSecondsPerDay = (cpuSeconds(child.pid ?? 0) - cpuBefore) * share
  const sent = collector.frames.slice(framesBefore)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
  await collector.close()
  world.remove()
  return {
    privateMiB,
    cpuSecondsPerDay,
    bytesPerDay: Math.round(sent.reduce((sum, { bytes }) => sum + onTheWire(bytes), 0) * share),
  }
}

/** WebSocket header with mask 8, TLS record 22, TCP and IP 52; the answer's pong or ack, its record and packet 110. */
function onTheWire(bytes: number): number {
  return bytes + 8 + 22 + 52 * Math.ceil(bytes / 1400) + 110
}

/**
 * Memory that is a process's own, from the kernel's account. Pages of node.exe's file do not count: the system shares them
 * between processes and drops them at will.
 */
function privateMemory(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  return Number(/Private_Dirty:\s+(\d+) kB/.exec(rollup)?.[1] ?? Number.NaN) / 1024
}

/** User and system time of a process; the kernel counts hundredths of a second. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
