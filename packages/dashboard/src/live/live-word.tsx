import { ago } from '@pumphandle/shared/words'
import { Shape } from '../design/shape.tsx'
import { useFreshness } from './freshness.ts'
import './live-word.css'

/** "Live", or that the link is lost and how old the data is. Only a change of state is read out, not each second. */
export function LiveWord() {
  const { state, at, age } = useFreshness()
  const old = at === undefined ? '' : `Data from ${ago(age)}`
  if (state === 'lost' || state === 'refused')
    return (
      <p className="live-word live-lost">
        <Shape name="bang" tone="warn" />
        <output>Not live</output>
        <span className="live-age" aria-hidden="true">
          {old}
        </span>
      </p>
    )
  return (
    <p className="live-word" title={state === 'live' ? old : undefined}>
      <Shape name={state === 'live' ? 'ring' : 'hollow'} tone={state === 'live' ? 'ok' : 'off'} />
      <output>{state === 'live' ? 'Live' : 'Connecting'}</output>
    </p>
  )
}
