// Loaded before the agent by the benchmark alone: timers fire and the clock runs faster by a factor, so that a day's work
// can be measured in minutes. The agent itself has no such switch.
const speed = Number(process.env.PUMPHANDLE_BENCH_SPEED)
const { setTimeout: later, setInterval: every } = globalThis
const begin = Date.now()
const now = Date.now
Date.now = () => Math.round(begin + (now() - begin) * speed)
// what is shorter than a second is about now, not about the day: network time-outs stay as they are
const faster = (ms) => (ms >= 1000 && ms % 1000 === 0 ? ms / speed : ms)
globalThis.setTimeout = (run, ms, ...args) => later(run, faster(ms), ...args)
globalThis.setInterval = (run, ms, ...args) => every(run, faster(ms), ...args)
