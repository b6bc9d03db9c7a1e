import { useEffect, useState } from 'react'
import { browserClock } from '../clock.ts'

/** The value as it was once it had not changed for `ms`: asking while typing waits for a pause. */
export function useLater<T>(value: T, ms: number): T {
  const [later, setLater] = useState(value)
  useEffect(() => browserClock.after(ms, () => setLater(value)), [value, ms])
  return later
}
