/**
 * `npm run bench:limit [-- --quick] [--budget 1] [--seeds 3] [--svg FILE]`: how near the detector is to what can be known. For
 * fleets of several sizes, shares of machines that fail, speeds and kinds of failure: failures known and seconds until the bad
 * version is named, beside an oracle that knows the true rates (./limit/oracle.ts), and beside one that believes nobody alone
 * as well. Prints one JSON line: ratios of the detector's time to theirs, and the worst cells; draws the surface. `--quick` takes about two minutes.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { BenchFleet } from './limit/fleet.ts'
import { type Cell, KINDS, SPEEDS } from './limit/outage.ts'
import { picture } from './limit/picture.ts'
import { type CellResult, runCell } from './limit/run.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    budget: { type: 'string', default: '1' },
    seeds: { type: 'string' },
    sizes: { type: 'string' },
    svg: { type: 'string', default: 'docs/limit.svg' },
    table: { type: 'boolean', default: false },
  },
})
const budget = Number(values.budget)
const seeds = Number(values.seeds ?? (values.quick ? 1 : 3))
const SIZES =
  values.sizes?.split(',').map(Number) ??
  (values.quick ? [40, 200, 1_000, 5_000] : [40, 200, 1_000, 5_000, 20_000, 200_000])
const SHARES = values.quick ? [1, 0.1, 0.01] : [1, 0.3, 0.1, 0.03, 0.01]
const SOME_SPEEDS = values.quick ? SPEEDS.slice(0, 2) : SPEEDS
const FIRST_SEED = 291
/** Cells that are told by name. */
const WORST = 12

const median = (sorted: readonly number[]): number | null => sorted[Math.floor(sorted.length / 2)] ?? null
const round = (x: number | null): number | string | null =>
  x === null ? null : Number.isFinite(x) ? Math.round(x * 100) / 100 : 'never'

const results: CellResult[] = []
for (const machines of SIZES) {
  const fleet = new BenchFleet(machines, FIRST_SEED)
  for (const kind of KINDS)
    for (const speed of SOME_SPEEDS)
      for (const share of SHARES) {
        const cell: Cell = { machines, share, speed, kind }
        const runs = Array.from({ length: seeds }, (_, i) => runCell(fleet, cell, FIRST_SEED + 1_000 * i, budget))
        const judged = runs.filter(({ ratio }) => ratio !== null).toSorted((a, b) => (a.ratio ?? 0) - (b.ratio ?? 0))
        const run = judged[Math.floor(judged.length / 2)] ?? runs[0]
        if (run) results.push(run)
        if (values.table && run)
          console.error(
            [
              machines,
              kind,
              speed,
              share,
              `failed ${run.failed}`,
              `oracle ${told(run.oracle)}`,
              `detector ${told(run.detector)}`,
              `ratio ${round(run.ratio)}`,
              `to the wary ${round(run.ratioToWary)}`,
              run.wrongFirst ? 'wrong first' : '',
            ].join('  '),
          )
      }
}

function told(known: CellResult['oracle']): string {
  return known === null ? 'never' : `${known.seconds} s (${known.failures})`
}

const judged = results
  .filter((r): r is CellResult & { ratio: number } => r.ratio !== null)
  .toSorted((a, b) => a.ratio - b.ratio)
const ratios = judged.map(({ ratio }) => ratio)
const toWary = results.flatMap(({ ratioToWary }) => ratioToWary ?? []).toSorted((a, b) => a - b)
writeFileSync(values.svg, picture(results, { sizes: SIZES, shares: SHARES, speeds: SOME_SPEEDS }))
console.log(
  JSON.stringify({
    bench: 'limit',
    mode: values.quick ? 'quick' : 'full',
    budget,
    seeds,
    cells: results.length,
    judged: judged.length,
    median: round(median(ratios)),
    worst: round(ratios.at(-1) ?? null),
    never: ratios.filter((ratio) => !Number.isFinite(ratio)).length,
    over3: ratios.filter((ratio) => ratio > 3).length,
    toWary: {
      judged: toWary.length,
      median: round(median(toWary)),
      never: toWary.filter((ratio) => !Number.isFinite(ratio)).length,
      over3: toWary.filter((ratio) => ratio > 3).length,
    },
    wrongFirst: results.filter(({ wrongFirst }) => wrongFirst).length,
    worstCells: judged
      .slice(-WORST)
      .reverse()
      .map(({ machines, share, speed, kind, ratio, oracle, detector }) => ({
        machines,
        share,
        speed,
        kind,
        ratio: round(ratio),
        oracle: told(oracle),
        detector: told(detector),
      })),
  }),
)
