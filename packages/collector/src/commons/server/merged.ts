import type { Report } from '../words/report.ts'

/**
 * What a commons knows: the latest report of each key. Merging two takes, for each key, the report with the higher number;
 * so it is commutative, associative and idempotent: in whatever order, and however often, reports and servers' knowledge
 * are merged, the same comes of it. One key has one report, and with it one voice.
 */
export type Merged = ReadonlyMap<string, Report>

export function merged(...all: readonly Merged[]): Merged {
  const latest = new Map<string, Report>()
  for (const one of all)
    for (const [key, report] of one) {
      const known = latest.get(key)
      if (!known || isLater(report, known)) latest.set(key, report)
    }
  return latest
}

/** By their numbers; of two with one number, which only a cheat signs, the greater text, so that all servers agree. */
function isLater(report: Report, known: Report): boolean {
  if (report.number !== known.number) return report.number > known.number
  return JSON.stringify(report) > JSON.stringify(known)
}
