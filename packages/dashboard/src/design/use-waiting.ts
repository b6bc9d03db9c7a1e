import { useEffect, useState } from 'react'
import { SLOW_MS } from '../api/anew.ts'
import { browserClock } from '../clock.ts'
import { useTicker } from './now.tsx'

/** Since when something is waited for that takes too long, by the collector's clock; undefined before that. */
export function useWaitingSince(): number | undefined {
  const ticker = useTicker()
  const [since, setSince] = useState<number>()
  useEffect(() => {
    const began = browserClock.now()
    return browserClock.after(SLOW_MS, () => setSince(ticker.corrected(began)))
  }, [ticker])
  return since
}
