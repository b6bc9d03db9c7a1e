import { ApiProblem } from '@pumphandle/shared/client'
import { inWords } from '../api/use.ts'
import { Button } from './button.tsx'
import { Loading, Notice } from './notice.tsx'

interface Props {
  error: Error
  /** Asks again. */
  retry?: () => unknown
  /** Where else to go. */
  children?: React.ReactNode
}

/** What was refused is refused again; a fault, a lost line or too many questions may be over. */
const mayHeal = (error: Error) =>
  !(error instanceof ApiProblem) || error.problem.status >= 500 || error.problem.status === 429

/** In place of a whole page: what could not be shown, and what to do. */
export function Failed({ error, retry, children }: Props) {
  const { title, detail } = inWords(error)
  return (
    <div className="stack" role="alert">
      <h1>{title}</h1>
      <p>{detail}</p>
      <p className="cluster">
        {retry && mayHeal(error) && <Button onClick={() => void retry()}>Try again</Button>}
        {children}
      </p>
    </div>
  )
}

interface AwaitedProps {
  /** What was asked for. */
  of: { readonly error: Error | null; readonly refetch: () => unknown }
  /** Held open meanwhile. */
  lines?: number
  height?: number
}

/** In place of a part of a page: it is on its way, or why it does not come. What is lost is never shown as nothing. */
export function Awaited({ of: { error, refetch }, lines, height }: AwaitedProps) {
  if (!error)
    return <Loading {...(lines === undefined ? {} : { lines })} {...(height === undefined ? {} : { height })} />
  const { title, detail } = inWords(error)
  return (
    <div role="alert">
      <Notice title={title} shape="bang" tone="warn">
        <p>{detail}</p>
        {mayHeal(error) && (
          <p className="no-print">
            <Button onClick={() => void refetch()}>Try again</Button>
          </p>
        )}
      </Notice>
    </div>
  )
}
