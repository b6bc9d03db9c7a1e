import type { QuietYears } from '../replay/quiet-year.ts'
import type { ScenarioResult } from '../score/result.ts'

interface Earlier {
  readonly results: readonly ScenarioResult[]
  readonly quiet: QuietYears | undefined
}

/**
 * Results of runs that were made before, from the lines of JSON that `simulate --json` and the scoreboard print: runs of
 * hours can so be shared out over machines and nights. Lines that are no results are passed over.
 */
export function readEarlier(text: string): Earlier {
  const objects = text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as ScenarioResult | QuietYears)
  const years = objects.filter((object) => 'quietYears' in object)
  return {
    results: objects.filter((object) => 'scenario' in object),
    quiet: years.length > 0 ? years.reduce(together) : undefined,
  }
}

/** Figures a year weigh by the years that they rest on. */
function together(a: QuietYears, b: QuietYears): QuietYears {
  const quietYears = a.quietYears + b.quietYears
  const mean = (x = 0, y = 0) => Math.round((100 * (x * a.quietYears + y * b.quietYears)) / quietYears) / 100
  return {
    quietYears,
    machines: Math.min(a.machines, b.machines),
    falseIncidents: a.falseIncidents + b.falseIncidents,
    falsePerFleetYear: mean(a.falsePerFleetYear, b.falsePerFleetYear),
    incidents: [...a.incidents, ...b.incidents],
    thresholdRulesPerFleetYear: Object.fromEntries(
      Object.entries(a.thresholdRulesPerFleetYear).map(([rule, n]) => [
        rule,
        mean(n, b.thresholdRulesPerFleetYear[rule]),
      ]),
    ),
    wallSeconds: a.wallSeconds + b.wallSeconds,
  }
}
