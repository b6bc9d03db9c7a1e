import { partsOf } from '@pumphandle/shared/time'
import { Time } from './time.tsx'

/** A sentence of the collector's, with its moments in the reader's own time. */
export function Sentence({ children }: { children: string }) {
  return partsOf(children).map((part, i) =>
    // parts have no identity but their place
    // oxlint-disable-next-line react/no-array-index-key
    typeof part === 'string' ? part : <Time key={i} at={part} as="seconds" />,
  )
}
