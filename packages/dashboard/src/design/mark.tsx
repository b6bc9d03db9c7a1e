import { Shape } from './shape.tsx'
import type { Look } from './words.ts'
import './mark.css'

/** A state: shape and word in its colour. `soft` puts it on a tint, for the one that matters on a page. */
export function Mark({ look, soft = false, children }: { look: Look; soft?: boolean; children?: React.ReactNode }) {
  return (
    <span className={`mark tone-${look.tone} ${soft ? `mark-soft tint-${look.tone}` : ''}`}>
      <Shape name={look.shape} />
      <span>{children ?? look.word}</span>
    </span>
  )
}
