/** Offered at most; more would not be read. */
const MAX_OFFERED = 3
/** Longer words are cut before comparing: the cost is the product of both lengths. */
const MAX_COMPARED = 40

/** The candidates that `word` may have been meant to be, nearest first: typing slips, or a beginning. */
export function nearest(word: string, candidates: Iterable<string>): string[] {
  const written = word.toLowerCase().slice(0, MAX_COMPARED)
  const allowed = Math.max(1, Math.floor(written.length / 3))
  const found: { candidate: string; distance: number }[] = []
  for (const candidate of candidates) {
    const text = candidate.toLowerCase().slice(0, MAX_COMPARED)
    const begins = written.length > 1 && text.startsWith(written)
    if (!begins && Math.abs(text.length - written.length) > allowed) continue
    const distance = begins ? 0 : editDistance(written, text)
    if (distance <= allowed) found.push({ candidate, distance })
  }
  found.sort((a, b) => a.distance - b.distance)
  return found.slice(0, MAX_OFFERED).map((f) => f.candidate)
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one into the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) cost = Math.min(cost, at(before, j - 2) + 1)
      row.push(cost)
    }
    before = last
    last = row
  }
  return at(last, b.length)
}

function at(row: number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
