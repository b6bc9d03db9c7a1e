import type { PracticeTile, PracticeVerdict } from '@pumphandle/shared/api'
import { useEffect, useRef } from 'react'
import { colourOf, useThemeKey } from '../../charts/colours.ts'

type Working = PracticeVerdict['working']

/** Pixels of a cell: smaller cannot be told apart, larger says no more. */
const CELL = { least: 3, most: 20 } as const
const TOKENS: Record<Working, string> = {
  stopped: 'crash-fill',
  reduced: 'warn-fill',
  working: 'ok-fill',
  unknown: 'off',
  closed: 'off',
}

/**
 * A region's practices as one picture, told apart by shape too: a full square has stopped, a triangle is reduced, a dot
 * works, a dash is closed or unknown. Drawn, since 6,500 elements are more than a page should hold; its words are beside it.
 */
export function Cells({ practices }: { practices: readonly PracticeTile[] }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const theme = useThemeKey()
  useEffect(() => {
    const element = canvas.current
    if (!element) return
    const redraw = () => draw(element, practices)
    const observer = new ResizeObserver(redraw)
    observer.observe(element)
    return () => observer.disconnect()
  }, [practices, theme])
  return <canvas ref={canvas} className="map-cells" aria-hidden="true" />
}

function draw(canvas: HTMLCanvasElement, practices: readonly PracticeTile[]): void {
  const { clientWidth: width, clientHeight: height } = canvas
  const host = canvas.parentElement
  const context = canvas.getContext('2d')
  if (!context || !host || width === 0 || height === 0) return
  canvas.width = width * devicePixelRatio
  canvas.height = height * devicePixelRatio
  context.scale(devicePixelRatio, devicePixelRatio)
  const size = cellSize(width, height, practices.length)
  const across = Math.max(1, Math.floor(width / size))
  const colours = Object.fromEntries(
    Object.entries(TOKENS).map(([working, token]) => [working, colourOf(host, token)]),
  ) as Record<Working, string>
  for (const [i, { verdict }] of practices.entries()) {
    context.fillStyle = colours[verdict.working]
    cell(context, verdict.working, (i % across) * size, Math.floor(i / across) * size, size)
  }
}

/** The largest with which all of them have room. */
function cellSize(width: number, height: number, cells: number): number {
  for (let size = CELL.most; size > CELL.least; size--)
    if (Math.floor(width / size) * Math.floor(height / size) >= cells) return size
  return CELL.least
}

function cell(context: CanvasRenderingContext2D, working: Working, x: number, y: number, size: number): void {
  const inner = size - 1
  switch (working) {
    case 'stopped':
      return context.fillRect(x, y, inner, inner)
    case 'reduced':
      context.beginPath()
      context.moveTo(x, y + inner)
      context.lineTo(x + inner / 2, y)
      context.lineTo(x + inner, y + inner)
      return context.fill()
    case 'working':
      context.beginPath()
      context.arc(x + inner / 2, y + inner / 2, inner * 0.36, 0, 2 * Math.PI)
      return context.fill()
    default:
      return context.fillRect(x + inner * 0.15, y + inner * 0.4, inner * 0.7, Math.max(1, inner * 0.2))
  }
}
