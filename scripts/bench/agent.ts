import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fetchPart, WINDOWS_PARTS } from '../../packages/agent/installer/windows-parts.ts'
import { measureFileEvent } from './agent/file-event.ts'
import { measureFirstCrash, measureFullLog } from './agent/first-crash.ts'
import { measureSimulatedDay } from './agent/simulated-day.ts'

// Measures the bundle that Windows machines run, under the Node that it ships with where npm has it for this platform.
// One JSON object per figure and line.

const root = fileURLToPath(new URL('../..', import.meta.url))
execFileSync(process.execPath, [join(root, 'packages/agent/build.ts')], { stdio: ['ignore', 'ignore', 'inherit'] })
const agent = join(root, 'packages/agent/dist/bundle/agent.cjs')
const isLinuxX64 = process.platform === 'linux' && process.arch === 'x64'
const node = isLinuxX64 ? fetchPart(WINDOWS_PARTS.linuxNode, join(root, '.tools')) : process.execPath

function report(figure: string, value: number, unit: string, limit: number, more: object = {}): void {
  const rounded = Math.round(value * 1000) / 1000
  console.log(JSON.stringify({ bench: 'agent', figure, value: rounded, unit, limit, ...more }))
}

const first = await measureFirstCrash(node, agent)
report('first-crash-over-tls', first.agentMs / first.floorMs, 'x node -e 0', 2.5, {
  ratio: Math.round((first.agentMs / first.floorMs) * 1000) / 1000,
  aim: 2.0,
  agentMs: Math.round(first.agentMs),
  floorMs: Math.round(first.floorMs),
  runs: first.runs,
})
const log = await measureFullLog(node, agent)
if (log)
  report('start-with-20-mb-log', Math.max(log.fullMs, log.farMs) / log.emptyMs, 'x with an empty log', 1.1, {
    emptyMs: Math.round(log.emptyMs),
    fullMs: Math.round(log.fullMs),
    farMs: Math.round(log.farMs),
    runs: log.runs,
  })
const file = await measureFileEvent(node, agent)
report('file-event-to-frame', file.medianMs, 'ms', 20, { worstMs: file.worstMs, events: file.events })
const day = await measureSimulatedDay(node)
report('private-memory-after-an-hour', day.privateMiB, 'MiB', 20)
report('cpu-per-day', day.cpuSecondsPerDay, 's', 20)
report('bytes-per-machine-and-day', day.bytesPerDay, 'bytes', 4_000_000)
