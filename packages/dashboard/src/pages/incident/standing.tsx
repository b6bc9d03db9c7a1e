import type { IncidentDetail } from '@pumphandle/shared/api'
import { count } from '@pumphandle/shared/words'

/** From this share of those that failed on it is said that they came lately. */
const MOST = 1 / 2

/** In its first day all of a fleet are new, and each counts. */
const LONG = 'more than a day, or since the first day of this fleet'

/** How many of the machines that failed have been here long enough to be believed one by one, and how many came lately. */
export function Standing({ standing }: { standing: IncidentDetail['standing'] }) {
  const { failed, established, lately, origins } = standing
  if (failed === 0) return null
  const isDoubtful = lately > 1 && lately >= failed * MOST
  return (
    <>
      <p className="quiet small">
        {established === failed
          ? `All that failed count for themselves: they have been here for ${LONG}.`
          : `${count(established)} of ${count(failed)} that failed count for themselves, being here for ${LONG}; the others
            came lately, or are of practices that nobody imported, and count together as one.`}
      </p>
      {isDoubtful && (
        <p className="small">
          {count(lately)} of {count(failed)} that failed were enrolled in the last two weeks,{' '}
          {origins === 1 ? 'all by one token' : `by ${count(origins)} tokens`}, and nobody has answered for them: make
          sure that they are real computers before anything is stopped on their word.
        </p>
      )}
    </>
  )
}
