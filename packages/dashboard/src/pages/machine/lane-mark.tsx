import { Shape } from '../../design/shape.tsx'
import { inWords } from './entry-words.ts'
import { LANES } from './lane.ts'
import type { Cluster } from './lanes.ts'

/** One entry in its lane, or several at once with their number. A press goes to its sentence in the list. */
export function LaneMark({ cluster, left }: { cluster: Cluster; left: number }) {
  const first = cluster.entries[0]
  if (!first) return null
  const look = LANES[first.lane]
  const n = cluster.entries.length
  const show = () => {
    const line = document.getElementById(`entry-${first.seq}`)
    line?.scrollIntoView({ block: 'nearest' })
    line?.animate([{ background: 'var(--accent-tint)' }, { background: 'transparent' }], { duration: 1500 })
  }
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`lane-mark tone-${look.tone}`}
      style={{ insetInlineStart: `${left}%` }}
      title={n === 1 ? inWords(first) : `${n}: ${inWords(first)}`}
      onClick={show}
    >
      <Shape name={look.shape} />
      {n > 1 && <b>{n}</b>}
    </button>
  )
}
