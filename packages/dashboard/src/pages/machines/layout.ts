import type { MachineRow } from '@pumphandle/shared/api'
import { usePreference } from '../../session/preference.ts'
import { COLUMNS, type Column, ON_A_TELEPHONE } from './columns.tsx'

/** What a person made of the table. */
export interface Layout {
  /** Ids of the columns that are shown. */
  readonly shown: readonly string[]
  /** Pixels, of those that were widened or narrowed by hand. */
  readonly widths: Readonly<Record<string, number>>
}

export type ChangeLayout = (change: (now: Layout) => Layout) => void

/** A column that is narrower shows nothing, one that is wider has the others scroll away. */
export const LEAST_PX = 60
export const MOST_PX = 800
/** Between one column's text and the next. */
const GAP_PX = 14

export const DEFAULT_LAYOUT: Layout = { shown: COLUMNS.filter((c) => c.byDefault).map((c) => c.id), widths: {} }

function readLayout(value: unknown): Layout | undefined {
  const { shown, widths } = value as Partial<Layout>
  if (!Array.isArray(shown) || typeof widths !== 'object' || widths === null) return undefined
  const known = COLUMNS.map((c) => c.id).filter((id) => id === 'name' || shown.includes(id))
  return { shown: known, widths: Object.fromEntries(Object.entries(widths).filter(([, px]) => Number.isFinite(px))) }
}

/** Kept for the person, whichever computer they sit at. */
export const useLayout = () => usePreference<Layout>('machines-columns', DEFAULT_LAYOUT, readLayout)

export const clampWidth = (px: number) => Math.round(Math.min(MOST_PX, Math.max(LEAST_PX, px)))

export const shownColumns = ({ shown }: Layout, narrow: boolean): readonly Column[] =>
  COLUMNS.filter(({ id }) => (narrow ? ON_A_TELEPHONE : shown).includes(id))

/**
 * The columns as CSS: a grid for each row, and the table's least width. A column whose text may not be cut is at least as wide
 * as the longest of `rows`, whatever a hand has done; 1ch is a figure's width, and versions are mostly figures.
 */
export function gridOf(columns: readonly Column[], { widths }: Layout, rows: readonly MachineRow[]) {
  const tracks = columns.map(({ id, width, grow, whole }) => {
    const longest = whole ? Math.max(0, ...rows.map((row) => whole(row).length)) : 0
    const own = widths[id]
    const least = longest > 0 ? `max(${own ?? width}px, ${longest}ch + ${GAP_PX}px)` : `${own ?? width}px`
    return { least, track: own === undefined ? `minmax(${least}, ${grow}fr)` : least }
  })
  return {
    columns: tracks.map(({ track }) => track).join(' '),
    // the row's own padding stands at both ends
    leastWidth: `calc(${[...tracks.map(({ least }) => least), '2 * var(--s3)'].join(' + ')})`,
  }
}
