/** Bad frames beside a fleet: npm run hostile -- --frames 1000000 --seed 1. Then each attack by one machine, and what acks take. */
import { parseArgs } from 'node:util'
import { ATTACKS, type Attack } from '../tests/hostile/attacks.ts'
import { run } from '../tests/hostile/run.ts'

/** Attackers: one machine may connect 30 times a minute. */
const HOSTILE = 400
/** What the collector may take beside what the fleet needs, MB. */
const MOST_MORE_MB = 600

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    machines: { type: 'string', default: '1000' },
    'attack-seconds': { type: 'string', default: '20' },
    attacks: { type: 'string', default: Object.keys(ATTACKS).join(',') },
  },
})
const { frames, acked, broken, memoryMb, p99 } = await run({
  seed: Number(values.seed),
  frames: Number(values.frames),
  machines: Number(values.machines),
  hostile: HOSTILE,
  attackMs: Number(values['attack-seconds']) * 1000,
  attacks: values.attacks.split(',').filter((one): one is Attack => one in ATTACKS),
})
console.log(
  `${frames} bad frames; ${acked} honest events acknowledged, ${broken.length} promises broken ${broken.slice(0, 5).join('; ')}`,
)
console.log(`memory: ${memoryMb.quiet} MB with the fleet, ${memoryMb.most} MB at most`)
for (const [what, ms] of Object.entries(p99))
  console.log(`${what}: p99 ${ms} ms${p99.quiet === undefined ? '' : ` (x${(ms / p99.quiet).toFixed(2)})`}`)
process.exit(broken.length > 0 || memoryMb.most - memoryMb.quiet > MOST_MORE_MB ? 1 : 0)
