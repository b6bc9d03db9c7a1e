import { count } from '../words/counted.ts'
import { BASE, grid, INNER_WIDTH, LEFT, picture, round, steps, text } from './paper.ts'

/** Machines by the time from the suspect's arrival to their first failure; a bin ends before `untilSeconds`. */
export interface ArrivalToFailure {
  readonly bins: readonly { readonly untilSeconds: number | null; readonly machines: number }[]
  /** Failed machines of which it is not known when the suspect arrived, or that failed before. */
  readonly unknown: number
  readonly medianSeconds: number | null
}

/** Where bins end. What a bad update does shows in seconds; what a slow leak does, in days. */
export const BIN_ENDS_SECONDS = [10, 30, 60, 120, 300, 900, 1800, 3600, 10_800, 43_200, 86_400] as const

export function secondsWords(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`
  return seconds < 86_400 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`
}

/** A bin in words: `10 to 30 s`. */
export function binWords(bins: ArrivalToFailure['bins'], i: number): string {
  const until = bins[i]?.untilSeconds ?? null
  const from = bins[i - 1]?.untilSeconds ?? 0
  if (until === null) return `over ${secondsWords(from)}`
  return i === 0 ? `under ${secondsWords(until)}` : `${secondsWords(from)} to ${secondsWords(until)}`
}

/** What it shows, in a sentence. */
export function arrivalSentence({ bins, medianSeconds, unknown }: ArrivalToFailure): string {
  const known = bins.reduce((sum, bin) => sum + bin.machines, 0)
  if (known === 0 || medianSeconds === null) return 'When the suspect arrived on the machines that failed is not known.'
  const rest = unknown > 0 ? ` Of ${count(unknown)} more it is not known when it arrived.` : ''
  return `Of ${count(known)} machines half failed within ${secondsWords(Math.max(1, medianSeconds))} of the suspect’s arrival.${rest}`
}

/** The bins that have something, with those between them. */
export function usedBins<B extends { machines: number }>(bins: readonly B[]): number {
  return bins.findLastIndex((bin) => bin.machines > 0) + 1
}

export function drawArrivalToFailure(data: ArrivalToFailure): string {
  const bins = data.bins.slice(0, Math.max(4, usedBins(data.bins)))
  const { lines, y } = grid(steps(Math.max(1, ...bins.map((b) => b.machines))), 'from arrival to first failure')
  const step = INNER_WIDTH / bins.length
  const bars = bins
    .map(({ machines }, i) => {
      const x = LEFT + i * step
      const bar = `<rect class="picture-failed" x="${round(x + 3)}" y="${round(y(machines))}" width="${round(step - 6)}" height="${round(BASE - y(machines))}" fill="#b0221a"/>`
      const label = text(x + step / 2, BASE + 16, binWords(bins, i), 'middle')
      return `${bar}${machines > 0 ? text(x + step / 2, y(machines) - 3, count(machines), 'middle') : ''}${label}`
    })
    .join('')
  return picture(`Machines by the time from arrival to failure. ${arrivalSentence(data)}`, lines + bars)
}
