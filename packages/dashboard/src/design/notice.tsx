import { Shape, type ShapeName, type Tone } from './shape.tsx'
import { Waiting } from './waiting.tsx'
import './notice.css'

interface Props {
  title: string
  /** What to do now. */
  children?: React.ReactNode
  tone?: Tone
  shape?: ShapeName
}

/** Said in place of content: nothing here yet, nothing found, could not be loaded. Always with what to do next. */
export function Notice({ title, children, tone = 'off', shape = 'ring' }: Props) {
  return (
    <div className="notice">
      <Shape name={shape} tone={tone} />
      <div>
        <p className="notice-title">{title}</p>
        {children && <div className="notice-text">{children}</div>}
      </div>
    </div>
  )
}

/** Grey bars that hold the place, and so the layout, of what is on its way. Not read out, until it takes too long. */
export function Loading({ lines = 3, height }: { lines?: number; height?: number }) {
  return (
    <div className="loading" style={height === undefined ? undefined : { minBlockSize: height }}>
      <Waiting />
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} className="loading-bar" style={{ inlineSize: `${88 - ((i * 23) % 41)}%` }} aria-hidden="true" />
      ))}
    </div>
  )
}
