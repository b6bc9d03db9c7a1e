import { KINDS, type Speed } from './outage.ts'
import type { CellResult } from './run.ts'

const CELL = { width: 58, height: 26 } as const
const LEFT = 96
const TOP = 40
const GAP = 26
/** From "as early as can be" to "three times as late" and beyond; told apart by the number too. */
const STEPS: readonly (readonly [most: number, fill: string, ink: string])[] = [
  [1.5, '#2c6549', '#ffffff'],
  [2, '#bcd8c8', '#1b1d1f'],
  [3, '#fbf0da', '#1b1d1f'],
  [10, '#e0a32e', '#1b1d1f'],
  [Number.POSITIVE_INFINITY, '#c5382f', '#ffffff'],
]
const KIND_WORDS = {
  crash: 'Blue screens that name the driver',
  silence: 'Silence',
  'no-return': 'No return from a restart',
  service: 'The sensor’s service dies',
} as const

/** The surface as an SVG: a table for each kind and speed; in each cell the detector's time over the oracle's. */
export function picture(
  results: readonly CellResult[],
  { sizes, shares, speeds }: { sizes: readonly number[]; shares: readonly number[]; speeds: readonly Speed[] },
): string {
  const tableWidth = LEFT + sizes.length * CELL.width + GAP
  const tableHeight = TOP + shares.length * CELL.height + GAP
  const parts: string[] = []
  for (const [row, kind] of KINDS.entries())
    for (const [column, speed] of speeds.entries()) {
      const [x, y] = [column * tableWidth, 34 + row * tableHeight]
      parts.push(text(x + LEFT, y + 14, `${KIND_WORDS[kind]}, within ${speed}`, 'start', 600))
      for (const [i, size] of sizes.entries())
        parts.push(text(x + LEFT + (i + 0.5) * CELL.width, y + 32, size.toLocaleString('en-GB'), 'middle'))
      for (const [j, share] of shares.entries()) {
        parts.push(text(x + LEFT - 8, y + TOP + (j + 0.65) * CELL.height, `${share * 100} % fail`, 'end'))
        for (const [i, machines] of sizes.entries()) {
          const found = results.find(
            (r) => r.machines === machines && r.share === share && r.speed === speed && r.kind === kind,
          )
          parts.push(cell(x + LEFT + i * CELL.width, y + TOP + j * CELL.height, found?.ratio ?? null))
        }
      }
    }
  const width = speeds.length * tableWidth
  const height = 34 + KINDS.length * tableHeight
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="The detector's time until the bad version is named, over an oracle's, by machines, share that fails, speed and kind">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${text(8, 20, "The detector's time from the first failure until the bad version is named, over an oracle's; –: the oracle does not know either", 'start', 600)}
${parts.join('\n')}
</svg>
`
}

function cell(x: number, y: number, ratio: number | null): string {
  const [, fill, ink] =
    ratio === null ? [0, '#eeeeea', '#65686c'] : (STEPS.find(([most]) => ratio <= most) ?? [0, '#c5382f', '#fff'])
  const words =
    ratio === null ? '–' : Number.isFinite(ratio) ? (ratio >= 10 ? Math.round(ratio) : ratio.toFixed(1)) : 'never'
  return `<rect x="${x}" y="${y}" width="${CELL.width - 2}" height="${CELL.height - 2}" fill="${fill}"/>${text(x + CELL.width / 2 - 1, y + CELL.height * 0.65, String(words), 'middle', 400, ink)}`
}

function text(
  x: number,
  y: number,
  words: string,
  anchor: 'start' | 'middle' | 'end',
  weight = 400,
  fill = '#1b1d1f',
): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-weight="${weight}" fill="${fill}">${words}</text>`
}
