import { Time } from './time.tsx'

/** How the collector writes a moment into a sentence. */
const MOMENT = /(\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})? UTC)/

/** A sentence of the collector's, with its moments in the reader's own time. */
export function Sentence({ children }: { children: string }) {
  return children.split(MOMENT).map((part, i) => {
    if (i % 2 === 0) return part
    const at = Date.parse(`${part.slice(0, -4).replace(' ', 'T')}Z`)
    // parts have no identity but their place
    // oxlint-disable-next-line react/no-array-index-key
    return Number.isNaN(at) ? part : <Time key={i} at={at} />
  })
}
