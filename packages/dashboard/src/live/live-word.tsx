import { useQueryClient } from '@tanstack/react-query'
import { ago } from '../design/format.ts'
import { useNow, useTicker } from '../design/now.tsx'
import { Shape } from '../design/shape.tsx'
import { useLive } from './live.tsx'
import './live-word.css'

/** "Live", or that the link is lost and how old the data is. Only a change of state is read out, not each second. */
export function LiveWord() {
  const { state, heardAt } = useLive()
  const now = useNow()
  const ticker = useTicker()
  const client = useQueryClient()
  // answers that were polled while the link is down make the page younger, too
  const answers = client.getQueryCache().findAll({ type: 'active' })
  const newest = Math.max(heardAt() ?? 0, ...answers.map((query) => query.state.dataUpdatedAt))
  const age = newest === 0 ? '' : `Data from ${ago(Math.max(0, now - ticker.corrected(newest)))}`
  if (state === 'lost' || state === 'refused')
    return (
      <p className="live-word live-lost">
        <Shape name="bang" tone="warn" />
        <output>Not live</output>
        <span aria-hidden="true">{age}</span>
      </p>
    )
  return (
    <p className="live-word" title={state === 'live' ? age : undefined}>
      <Shape name={state === 'live' ? 'ring' : 'hollow'} tone={state === 'live' ? 'ok' : 'off'} />
      <output>{state === 'live' ? 'Live' : 'Connecting'}</output>
    </p>
  )
}
