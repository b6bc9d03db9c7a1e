import type { IncidentDetail } from '@pumphandle/shared/api'
import { count } from '@pumphandle/shared/words'

/** How many of the machines that failed have been here long enough to be believed one by one. */
export function Standing({ standing: { failed, established } }: { standing: IncidentDetail['standing'] }) {
  if (failed === 0) return null
  if (established === failed)
    return <p className="quiet small">All that failed have been in the fleet for more than a day.</p>
  return (
    <p className="quiet small">
      {count(established)} of {count(failed)} that failed have been in the fleet for more than a day; the others came
      lately, or are of practices that nobody imported, and count together as one.
    </p>
  )
}
