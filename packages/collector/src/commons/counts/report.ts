import { componentRef } from '../../incidents/components.ts'
import { LEAST_MACHINES, MOST_CELLS, MOST_ROWS } from '../words/limits.ts'
import { AGES, type Both, type Cell, type Counts, type Memory, type Report, type Row } from '../words/report.ts'
import { about, fewer } from './rounding.ts'
import type { Tallied, Tally } from './tally.ts'

/** Who reports, and when. */
type Sender = Pick<Report, 'key' | 'number' | 'at'>

/**
 * What of the counts may leave the house: rounded, nothing below five machines, what failed first.
 * @param machinesWith machines that have a version now, connected or not
 */
export function reportOf(tally: Tally, sender: Sender, machinesWith: (key: string) => number): Report {
  const rows = tally
    .keys()
    .filter((key) => machinesWith(key) >= LEAST_MACHINES)
    .map((key) => rowOf(key, tally.of(key)))
    .filter((row) => failuresOf(row) > 0 || hoursOf(row) > 0)
    .sort((a, b) => failuresOf(b) - failuresOf(a) || hoursOf(b) - hoursOf(a) || (a.name < b.name ? -1 : 1))
  return { format: 1, ...sender, fleet: bothOf(tally.of(null)), rows: rows.slice(0, MOST_ROWS) }
}

function rowOf(key: string, tallied: Tallied): Row {
  const { kind, name, version } = componentRef(key)
  return { kind: kind as Row['kind'], name, version, counts: bothOf(tallied) }
}

function bothOf(tallied: Tallied): Both {
  return { hour: countsOf(tallied, 'hour'), week: countsOf(tallied, 'week') }
}

function countsOf(tallied: Tallied, memory: Memory): Counts {
  const hours = tallied.hours[memory]
  return {
    hours: { '15min': about(hours['15min']), day: about(hours.day), older: about(hours.older) },
    failures: cellsOf(tallied, memory),
  }
}

/** Failures by class, age and stop code; those whose code is on too few machines are told together, without a code. */
function cellsOf({ failures }: Tallied, memory: Memory): Cell[] {
  const cells: Cell[] = []
  const rest = new Map<string, Cell>()
  for (const { failureClass, age, stopCode, machines } of failures) {
    const n = machines[memory]
    if (stopCode !== null && fewer(n) > 0) cells.push({ failureClass, age, stopCode, failures: fewer(n) })
    else {
      const name = `${failureClass} ${age}`
      const before = rest.get(name)?.failures ?? 0
      rest.set(name, { failureClass, age, stopCode: null, failures: before + n })
    }
  }
  for (const cell of rest.values())
    if (fewer(cell.failures) > 0) cells.push({ ...cell, failures: fewer(cell.failures) })
  return cells.sort((a, b) => b.failures - a.failures).slice(0, MOST_CELLS)
}

function failuresOf({ counts }: Row): number {
  return counts.week.failures.reduce((sum, { failures }) => sum + failures, 0)
}

function hoursOf({ counts }: Row): number {
  return AGES.reduce((sum, age) => sum + counts.week.hours[age], 0)
}
