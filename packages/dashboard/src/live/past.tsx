import { MINUTE } from '@pumphandle/shared/time'
import { duration } from '@pumphandle/shared/words'
import { useEffect } from 'react'
import { Button } from '../design/button.tsx'
import { Shape } from '../design/shape.tsx'
import { Time } from '../design/time.tsx'
import { useFreshness } from './freshness.ts'
import { Lagging } from './lagging.tsx'
import { useLive } from './live.tsx'
import './past.css'

/**
 * Since when the page shows the past, while nothing reaches it; what may be wrong by now is grey meanwhile. `shout`: for
 * the wall, read from across the room.
 */
export function Past({ shout = false }: { shout?: boolean }) {
  const { past, at, age } = useFreshness()
  const { retry } = useLive()
  useEffect(() => {
    if (!past) return
    document.documentElement.dataset['past'] = ''
    return () => void delete document.documentElement.dataset['past']
  }, [past])
  if (!past || at === undefined) return <Lagging shout={shout} />
  return (
    <aside className={shout ? 'past past-shout' : 'past'} aria-label="Not live">
      <Shape name="bang" />
      <p role="alert">
        <strong>
          Not live since <Time at={at} as="seconds" />.
        </strong>{' '}
        <span>What you see is from then and may have changed.</span>
      </p>
      <p aria-hidden="true">{age < MINUTE ? duration(age) : `${duration(age)} ago`}</p>
      <p>
        {shout ? (
          'Trying again by itself. Check that the collector runs and that this computer has a network.'
        ) : (
          <>
            Trying again by itself. <Button onClick={retry}>Try now</Button>
          </>
        )}
      </p>
    </aside>
  )
}
