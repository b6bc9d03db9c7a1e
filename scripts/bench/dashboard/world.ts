// A child process of bench:dashboard: the collector on a seeded store, and a fleet that changes as fast as it is told.
// Talks over IPC, so that the collector's own CPU and memory can be told from the browser's.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { readConfig, startCollector } from '@pumphandle/collector'
import { systemClock } from '@pumphandle/shared/clock'
import { Unfolding } from './unfolding.ts'

export type Ask = { ask: 'changes'; perSecond: number } | { ask: 'cost' } | { ask: 'memory' } | { ask: 'end' }
export type Tell =
  | { tell: 'ready'; url: string; signInLink: string }
  /** CPU since the last time, in milliseconds, over that many milliseconds; changes that really happened meanwhile. */
  | { tell: 'cost'; cpuMs: number; overMs: number; rssMb: number; changes: number }
  /** The heap after a collection, and all changes until then. */
  | { tell: 'memory'; heapMb: number; changes: number }

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const [folder = '', machines = '0'] = process.argv.slice(2)
const tell = (message: Tell) => process.send?.(message)

const config = readConfig({ PUMPHANDLE_PORT: '0', PUMPHANDLE_DATA: folder, PUMPHANDLE_LOG_LEVEL: 'error' })
// a benchmark's fleet says more in a minute than an agent may
// a demo's detector speaks after half a minute, not after ten: the incident is what the page is measured with
const collector = await startCollector({ ...config, demo: true }, { maxFramesPerMinute: 1_000_000 })
const unfolding = new Unfolding(collector.context.ingest, systemClock, Number(machines))
await unfolding.connectAll()
await collector.context.enrolment.settled()

let cpu = process.cpuUsage()
let since = systemClock.now()
let before = 0
process.on('message', (message: Ask) => {
  if (message.ask === 'changes') unfolding.pace(message.perSecond)
  if (message.ask === 'cost') {
    const used = process.cpuUsage(cpu)
    const now = systemClock.now()
    tell({
      tell: 'cost',
      cpuMs: (used.user + used.system) / 1000,
      overMs: now - since,
      rssMb: process.memoryUsage.rss() / 2 ** 20,
      changes: unfolding.changes - before,
    })
    cpu = process.cpuUsage()
    since = now
    before = unfolding.changes
  }
  if (message.ask === 'memory') {
    collectGarbage()
    tell({ tell: 'memory', heapMb: process.memoryUsage().heapUsed / 2 ** 20, changes: unfolding.changes })
  }
  if (message.ask === 'end') void collector.close().then(() => process.exit(0))
})
tell({ tell: 'ready', url: collector.url, signInLink: collector.signInLink ?? '' })
