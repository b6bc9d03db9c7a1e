import { inWords } from '../api/use.ts'
import { Button } from './button.tsx'

interface Props {
  error: Error
  /** Asks again. */
  retry?: () => unknown
  /** Where else to go. */
  children?: React.ReactNode
}

/** In place of a whole page: what could not be shown, and what to do. */
export function Failed({ error, retry, children }: Props) {
  const { title, detail } = inWords(error)
  return (
    <div className="stack" role="alert">
      <h1>{title}</h1>
      <p>{detail}</p>
      <p className="cluster">
        {retry && <Button onClick={() => void retry()}>Try again</Button>}
        {children}
      </p>
    </div>
  )
}
