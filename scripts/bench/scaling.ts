/**
 * `npm run bench:scaling [-- --machines 100000] [--seconds 45]`: what a connected machine costs the collector, in time and
 * memory, in a fleet of a hundredth, a tenth and all of so many machines. One JSON line; `flat` is the largest cost over the
 * smallest, of time and of memory.
 */
import { parseArgs } from 'node:util'
import { type Connected, connected } from './fleet/connected.ts'
import { round } from './fleet/figures.ts'
import { World } from './fleet/world.ts'

const { values } = parseArgs({
  options: { machines: { type: 'string', default: '100000' }, seconds: { type: 'string', default: '45' } },
})
const SIZES = [100, 10, 1].map((part) => Math.round(Number(values.machines) / part))

const measured: Connected[] = []
for (const machines of SIZES) {
  const world = await World.build({ machines, isSecure: false })
  try {
    measured.push(await connected(world, machines, Number(values.seconds)))
  } finally {
    world.remove()
  }
}
const flat = (of: (one: Connected) => number): number => {
  const costs = measured.map(of)
  return round(Math.max(...costs) / Math.min(...costs))
}
console.log(
  JSON.stringify({
    bench: 'scaling',
    flat: {
      time: flat((one) => one.cpuMicrosecondsPerMachineSecond),
      memory: flat((one) => one.bytesPerMachine),
    },
    sizes: measured,
  }),
)
