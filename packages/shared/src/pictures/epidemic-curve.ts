import { count, counted } from '../words/counted.ts'
import { BASE, grid, INNER_WIDTH, LEFT, picture, round, steps, TOP, text } from './paper.ts'

/** Machines that received the suspect and machines that failed for the first time, by time. */
export interface EpidemicCurve {
  readonly from: number
  readonly bucketSeconds: number
  /** Machines that had the suspect before `from`. */
  readonly exposedBefore: number
  /** New ones in each bucket. */
  readonly exposed: readonly number[]
  /** Those that received it after what is drawn. */
  readonly exposedAfter?: number | undefined
  readonly failed: readonly number[]
}

/** Time labels that have room side by side. */
const MOST_LABELS = 6

export const running = (values: readonly number[], start = 0): number[] => {
  let sum = start
  return values.map((value) => (sum += value))
}

const exposedBy = (curve: EpidemicCurve): number => running(curve.exposed, curve.exposedBefore).at(-1) ?? 0

/** Whether there is something that machines receive; of a line that is down only failures are drawn. */
const isReceived = (curve: EpidemicCurve): boolean => exposedBy(curve) + (curve.exposedAfter ?? 0) > 0

export const curveTitle = (curve: EpidemicCurve): string =>
  isReceived(curve) ? 'Received it, and failed' : 'Failed, over time'

/** With the numbers of the finding. */
export function curveSentence(curve: EpidemicCurve): string {
  const after = curve.exposedAfter ?? 0
  const failed = running(curve.failed).at(-1) ?? 0
  if (!isReceived(curve)) return `${counted(failed, 'machine')} failed so far.`
  const later = after > 0 ? `, ${count(after)} of them after what is drawn here` : ''
  return `${counted(exposedBy(curve) + after, 'machine')} had it${later}; ${count(failed)} failed so far.`
}

/** Both as running totals, and the new failures of each bucket as bars. `timeWords` says a moment. */
export function drawEpidemicCurve(curve: EpidemicCurve, timeWords: (at: number) => string): string {
  const exposed = running(curve.exposed, curve.exposedBefore)
  const failed = running(curve.failed)
  const { lines, y } = grid(steps(Math.max(1, ...exposed, ...failed)), 'machines, running totals')
  const n = Math.max(1, curve.failed.length)
  const step = INNER_WIDTH / n
  const path = (values: readonly number[]) =>
    `M${LEFT} ${round(y(values === exposed ? curve.exposedBefore : 0))}${values.map((v, i) => `L${round(LEFT + (i + 1) * step)} ${round(y(v))}`).join('')}`
  const bars = curve.failed
    .map((v, i) =>
      v === 0
        ? ''
        : `<rect class="picture-bar" x="${round(LEFT + i * step + 0.5)}" y="${round(y(v))}" width="${round(Math.max(1, step - 1))}" height="${round(BASE - y(v))}" fill="#e5a19c"/>`,
    )
    .join('')
  const every = Math.ceil(n / MOST_LABELS)
  const labels = Array.from({ length: Math.floor((n - 1) / every) + 1 }, (_, i) => {
    const at = curve.from + i * every * curve.bucketSeconds * 1000
    return text(LEFT + i * every * step, BASE + 16, timeWords(at), i === 0 ? 'start' : 'middle')
  }).join('')
  const received = isReceived(curve)
  const legend = [
    received &&
      `<path class="picture-exposed" d="M${LEFT + 8} ${TOP + 6}h18" stroke="#555" stroke-width="2" stroke-dasharray="5 3" fill="none"/>${text(LEFT + 32, TOP + 10, 'received it')}`,
    `<path class="picture-failed-line" d="M${LEFT + 118} ${TOP + 6}h18" stroke="#b0221a" stroke-width="3" fill="none"/>${text(LEFT + 142, TOP + 10, 'failed')}`,
    `<rect class="picture-bar" x="${LEFT + 196}" y="${TOP + 1}" width="12" height="10" fill="#e5a19c"/>${text(LEFT + 213, TOP + 10, 'newly failed')}`,
  ]
    .filter(Boolean)
    .join('')
  return picture(
    `${received ? 'Machines that received the suspect and machines that failed' : 'Machines that failed'}, over time. ${curveSentence(curve)}`,
    `${lines}${bars}${received ? `<path class="picture-exposed" d="${path(exposed)}" stroke="#555" stroke-width="2" stroke-dasharray="5 3" fill="none"/>` : ''}<path class="picture-failed-line" d="${path(failed)}" stroke="#b0221a" stroke-width="3" fill="none"/>${labels}${legend}`,
  )
}
