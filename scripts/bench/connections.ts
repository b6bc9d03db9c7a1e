/**
 * `npm run bench:connections [-- --machines 100000] [--seconds 60] [--tls]`: so many machines connected at once, with
 * heartbeats and some events, over loopback addresses. One JSON line: how soon all are in, the time from a frame to its ack,
 * what a machine costs in memory and in time, beside a bare server of ws in the same run.
 */
import { parseArgs } from 'node:util'
import { connected } from './fleet/connected.ts'
import { round } from './fleet/figures.ts'
import { World } from './fleet/world.ts'

const { values } = parseArgs({
  options: {
    machines: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '60' },
    tls: { type: 'boolean', default: false },
  },
})
const machines = Number(values.machines)
const world = await World.build({ machines, isSecure: values.tls })
try {
  const bare = await world.bare()
  const measured = await connected(world, machines, Number(values.seconds))
  const connectionsPerSecond = machines / measured.openSeconds
  console.log(
    JSON.stringify({
      bench: 'connections',
      tls: values.tls,
      ...measured,
      connectionsPerSecond: round(connectionsPerSecond),
      barePerSecond: round(bare.perSecond),
      speedRatio: round(connectionsPerSecond / bare.perSecond),
      bareBytes: round(bare.bytes),
      memoryRatio: round(measured.bytesPerMachine / bare.bytes),
    }),
  )
} finally {
  world.remove()
}
