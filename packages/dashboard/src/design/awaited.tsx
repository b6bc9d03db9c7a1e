import { SECOND } from '@pumphandle/shared/time'
import { use, useEffect, useState } from 'react'
import { inWords, mayHeal } from '../api/use.ts'
import { browserClock } from '../clock.ts'
import { Button } from './button.tsx'
import { Loading, Notice } from './notice.tsx'
import { Untouched } from './untouched.ts'

/** What was asked for and is not there. */
interface Asked {
  readonly error: Error | null
  readonly refetch: () => unknown
}

/** Nobody touches a wall, and whoever waits should not have to press. */
const AGAIN_MS = 8 * SECOND

/**
 * What is wrong, asked again by itself as long as it may heal. While it is asked there is no error for a moment, and no answer
 * either: what was wrong stays in sight.
 */
function useLasting({ error, refetch }: Asked): Error | null {
  const [last, setLast] = useState(error)
  if (error && error !== last) setLast(error)
  const lasting = error ?? last
  const heals = lasting !== null && mayHeal(lasting)
  useEffect(() => (heals ? browserClock.every(AGAIN_MS, () => void refetch()) : undefined), [heals, refetch])
  return lasting
}

function Again({ of }: { of: Asked }) {
  return use(Untouched) ? 'Asked again by itself.' : <Button onClick={() => void of.refetch()}>Try again</Button>
}

interface Props {
  of: Asked
  /** Held open meanwhile. */
  lines?: number
  height?: number
}
const room = ({ lines, height }: Props) => ({
  ...(lines === undefined ? {} : { lines }),
  ...(height === undefined ? {} : { height }),
})

/**
 * In place of a whole page: it is on its way, or what could not be shown, and what to do.
 * @param className of a page without the frame, which has its own `main`
 */
export function AwaitedPage(
  props: Props & { className?: string /** Where else to go. */; children?: React.ReactNode },
) {
  const error = useLasting(props.of)
  const { title, detail } = error ? inWords(error) : { title: '', detail: '' }
  const shown = error ? (
    <div className="stack" role="alert">
      <h1>{title}</h1>
      <p>{detail}</p>
      <p className="cluster">
        {mayHeal(error) && <Again of={props.of} />}
        {props.children}
      </p>
    </div>
  ) : (
    <Loading {...room(props)} />
  )
  return props.className === undefined ? shown : <main className={props.className}>{shown}</main>
}

/** In place of a part of a page: it is on its way, or why it does not come. What is lost is never shown as nothing. */
export function Awaited(props: Props) {
  const error = useLasting(props.of)
  if (!error) return <Loading {...room(props)} />
  const { title, detail } = inWords(error)
  return (
    <div role="alert">
      <Notice title={title} shape="bang" tone="warn">
        <p>{detail}</p>
        {mayHeal(error) && (
          <p className="no-print">
            <Again of={props.of} />
          </p>
        )}
      </Notice>
    </div>
  )
}
