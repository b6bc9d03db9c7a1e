import { count } from '../words/counted.ts'

/** Pixels of a picture's own coordinates; it is drawn as large as there is room. */
const WIDTH = 640
const HEIGHT = 220
/** Room for the figures at the left and the words below. */
export const LEFT = 48
export const TOP = 12
const RIGHT = 12
const BOTTOM = 44
export const INNER_WIDTH = WIDTH - LEFT - RIGHT
const INNER_HEIGHT = HEIGHT - TOP - BOTTOM
export const BASE = TOP + INNER_HEIGHT

/** Text as SVG takes it. */
const escaped = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
export const round = (x: number) => Math.round(x * 10) / 10

/** Whole figures from 0 to at least `most`, some four steps of 1, 2 or 5. */
export function steps(most: number): number[] {
  const rough = Math.max(1, most / 4)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough)
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step)
}

export function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end' = 'start'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escaped(words)}</text>`
}

/** Lines across at each step, with their figures, and the words of the axis below. */
export function grid(ticks: readonly number[], below: string): { lines: string; y: (value: number) => number } {
  const most = ticks.at(-1) ?? 1
  const y = (value: number) => BASE - (INNER_HEIGHT * value) / most
  const lines = ticks
    .map(
      (tick) =>
        `<path class="picture-line" d="M${LEFT} ${round(y(tick))}h${INNER_WIDTH}" stroke="#ccc"/>${text(LEFT - 6, y(tick) + 4, count(tick), 'end')}`,
    )
    .join('')
  return { lines: lines + text(LEFT + INNER_WIDTH, HEIGHT - 6, below, 'end'), y }
}

/** One picture. `label` says what it shows to those who do not see it. Its colours are the page's, or else these. */
export function picture(label: string, inner: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(label)}" font-family="system-ui,sans-serif" font-size="12" fill="#444">${inner}</svg>`
}
