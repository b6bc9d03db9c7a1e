import { useQueryClient } from '@tanstack/react-query'
import { use } from 'react'
import { askAnew } from '../api/anew.ts'
import { Button } from './button.tsx'
import { Time } from './time.tsx'
import { Untouched } from './untouched.ts'
import { useWaitingSince } from './use-waiting.ts'

/** Below what holds the place of an answer: that it is late, since when, and what to do. Nothing as long as it is not. */
export function Waiting() {
  const since = useWaitingSince()
  const client = useQueryClient()
  const untouched = use(Untouched)
  if (since === undefined) return null
  const again = () => {
    // where no answer is on its way it is the page's own code that does not come
    if (client.isFetching() > 0) void askAnew(client)
    else window.location.reload()
  }
  return (
    <p className="waiting cluster">
      <output>
        No answer since <Time at={since} as="seconds" />. It is still waited for.
      </output>
      {!untouched && <Button onClick={again}>Try again</Button>}
    </p>
  )
}
