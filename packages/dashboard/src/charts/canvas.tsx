import './language.ts'
import { useEffect, useRef } from 'react'
import UPlot, { type AlignedData, type Series as Line, type Options } from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { colourOf, useThemeKey } from './colours.ts'
import { type Buckets, bucketAt, DASH, lengthOf, type Series } from './series.ts'

interface Props {
  series: readonly Series[]
  buckets: Buckets
  height: number
  format: (value: number) => string
  /** Milliseconds since 1970: a bucket that ends later is not complete. */
  now: number
  onPoint: (bucket: number | undefined) => void
}

/** Room for the numbers at the left, so that charts above each other line up. */
const AXIS_PX = 46

/** A step as wide as its bucket needs the bucket's end, too: lines repeat their last value there, bars have none. */
const dataOf = (series: readonly Series[], buckets: Buckets): AlignedData => {
  const longest = lengthOf(series)
  const x = Array.from({ length: longest + 1 }, (_, i) => bucketAt(buckets, i) / 1000)
  const ended = (s: Series) =>
    // marks have a place in time and no height
    s.as === 'marks' ? x.map(() => null) : [...s.values, s.as === 'bars' ? null : (s.values.at(-1) ?? null)]
  return [x, ...series.map(ended)] as AlignedData
}

/** Shades the buckets that have not ended yet, so that what is only half counted does not look like an end of the trouble. */
function shadeUnfinished(
  u: UPlot,
  { series, buckets, now }: Pick<Props, 'series' | 'buckets' | 'now'>,
  colour: string,
) {
  const last = lengthOf(series) - 1
  if (last < 0 || bucketAt(buckets, last + 1) <= now) return
  const from = u.valToPos(bucketAt(buckets, last) / 1000, 'x', true)
  u.ctx.save()
  u.ctx.fillStyle = colour
  u.ctx.fillRect(from, u.bbox.top, u.bbox.left + u.bbox.width - from, u.bbox.height)
  u.ctx.restore()
}

/** Pixels of a mark from its middle: one failure, and the most. */
const MARK_PX = { least: 3, most: 7 } as const

/** A cross at the foot for each bucket in which something failed, larger for more. */
function drawMarks(u: UPlot, host: Element, { series, buckets }: Pick<Props, 'series' | 'buckets'>) {
  const ratio = devicePixelRatio
  for (const s of series.filter(({ as }) => as === 'marks')) {
    const most = Math.max(1, ...s.values.map((value) => value ?? 0))
    u.ctx.save()
    u.ctx.strokeStyle = colourOf(host, s.colour)
    u.ctx.lineWidth = 2 * ratio
    u.ctx.beginPath()
    for (const [i, value] of s.values.entries()) {
      if (!value) continue
      const size = (MARK_PX.least + (MARK_PX.most - MARK_PX.least) * Math.sqrt(value / most)) * ratio
      const x = u.valToPos((bucketAt(buckets, i) / 1000 + bucketAt(buckets, i + 1) / 1000) / 2, 'x', true)
      const y = u.bbox.top + u.bbox.height - (MARK_PX.most + 2) * ratio
      u.ctx.moveTo(x - size, y - size)
      u.ctx.lineTo(x + size, y + size)
      u.ctx.moveTo(x + size, y - size)
      u.ctx.lineTo(x - size, y + size)
    }
    u.ctx.stroke()
    u.ctx.restore()
  }
}

function lineOf(host: Element, s: Series): Line {
  const colour = colourOf(host, s.colour)
  const paths =
    s.as === 'bars' ? UPlot.paths.bars?.({ size: [0.8, 60], align: 1 }) : UPlot.paths.stepped?.({ align: 1 })
  return {
    label: s.label,
    stroke: colour,
    width: s.as === 'bars' ? 0 : 2,
    points: { show: false },
    ...(s.as === 'bars' || s.as === 'area' ? { fill: colour } : {}),
    ...(paths ? { paths } : {}),
    ...(DASH[s.as] ? { dash: DASH[s.as] as number[] } : {}),
  }
}

/** The drawing itself, by uPlot. Hidden from screen readers: the table beside it says the same. */
export default function Canvas({ series, buckets, height, format, now, onPoint }: Props) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot>(undefined)
  const theme = useThemeKey()
  const shape = series.map((s) => `${s.label} ${s.colour} ${s.as}`).join()
  const latest = useRef({ series, buckets, format, now, onPoint })
  useEffect(() => {
    latest.current = { series, buckets, format, now, onPoint }
  })

  // drawn anew when its form or the theme changes; new numbers only replace the data
  useEffect(() => {
    const element = host.current
    if (!element) return
    const ink = colourOf(element, 'ink-3')
    const unfinished = colourOf(element, 'sunken')
    const grid = { stroke: colourOf(element, 'line'), width: 1 }
    const font = `12px ${getComputedStyle(element).fontFamily}`
    const options: Options = {
      width: Math.max(element.clientWidth, 50),
      height,
      // half a label of the axis has room beside the last moment
      padding: [8, 20, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false, points: { size: 6 } },
      scales: { y: { range: (_u, _low, high) => [0, Math.max(4, (high || 0) * 1.08)] } },
      axes: [
        {
          stroke: ink,
          font,
          grid: { show: false },
          ticks: { show: false },
          size: 22,
          gap: 4,
          // a label is some 40 pixels, and a day's 50; nearer they run into each other
          space: 90,
          values: hours,
        },
        {
          stroke: ink,
          font,
          grid,
          ticks: { show: false },
          size: AXIS_PX,
          gap: 4,
          space: 34,
          values: (_u, splits) =>
            splits.map((v) => (Number.isInteger(v) ? latest.current.format(v).split(' ')[0] : '')) as string[],
        },
      ],
      series: [{}, ...latest.current.series.map((s) => lineOf(element, s))],
      hooks: {
        drawClear: [(u) => shadeUnfinished(u, latest.current, unfinished)],
        draw: [(u) => drawMarks(u, element, latest.current)],
        setCursor: [(u) => latest.current.onPoint(u.cursor.idx ?? undefined)],
      },
    }
    const made = new UPlot(options, dataOf(latest.current.series, latest.current.buckets), element)
    plot.current = made
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) made.setSize({ width: element.clientWidth, height })
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = undefined
    }
  }, [theme, shape, height])

  useEffect(() => plot.current?.setData(dataOf(series, buckets)), [series, buckets])
  return <div ref={host} className="chart-canvas" style={{ blockSize: height }} aria-hidden="true" />
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric' })
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const month = new Intl.DateTimeFormat('en-GB', { month: 'short' })
const monthAndYear = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric' })
/** Marks that stand so many seconds apart are at the beginnings of months. */
const MONTHS = 28 * 86_400
/** With more days than these the weekday says nothing. */
const WEEKS = 14 * 86_400
const hours = (u: UPlot, splits: number[], _axis: number, _space: number, apart: number) => {
  const { min = 0, max = 0 } = u.scales['x'] ?? {}
  if (apart >= MONTHS)
    return splits.map((s, i) => {
      const isNews = i === 0 || new Date(s * 1000).getFullYear() !== new Date((splits[i - 1] ?? s) * 1000).getFullYear()
      return (isNews ? monthAndYear : month).format(s * 1000)
    })
  if ((max ?? 0) - (min ?? 0) >= WEEKS) return splits.map((s) => date.format(s * 1000))
  return splits.map((s) =>
    (new Date(s * 1000).getHours() + new Date(s * 1000).getMinutes() === 0 ? day : clock).format(s * 1000),
  )
}
