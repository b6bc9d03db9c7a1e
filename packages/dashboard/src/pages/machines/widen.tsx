import { useRef } from 'react'
import { clampWidth, LEAST_PX, MOST_PX } from './layout.ts'

/** How far an arrow key moves a column's edge. */
const STEP_PX = 16

interface Props {
  title: string
  /** Called with the width while it is drawn, and with `done` when it is let go of. */
  onWidth: (px: number, done: boolean) => void
  /** As wide as it is now, where somebody set it. */
  width: number | undefined
}

/** A column's right edge, to be drawn by the pointer or moved by arrow keys. */
export function Widen({ title, onWidth, width }: Props) {
  const drag = useRef<{ x: number; px: number } | undefined>(undefined)
  const now = (edge: Element) => edge.parentElement?.getBoundingClientRect().width ?? LEAST_PX
  return (
    // a separator that moves is a control, which an hr is not
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <span
      className="machine-edge"
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${title}`}
      aria-valuemin={LEAST_PX}
      aria-valuemax={MOST_PX}
      aria-valuenow={width ?? LEAST_PX}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        drag.current = { x: event.clientX, px: now(event.currentTarget) }
      }}
      onPointerMove={(event) => {
        if (drag.current) onWidth(clampWidth(drag.current.px + event.clientX - drag.current.x), false)
      }}
      onPointerUp={(event) => {
        if (drag.current) onWidth(clampWidth(drag.current.px + event.clientX - drag.current.x), true)
        drag.current = undefined
      }}
      onKeyDown={(event) => {
        const by = event.key === 'ArrowRight' ? STEP_PX : event.key === 'ArrowLeft' ? -STEP_PX : 0
        if (by === 0) return
        event.preventDefault()
        onWidth(clampWidth(now(event.currentTarget) + by), true)
      }}
    />
  )
}
