import { MINUTE, utcTime } from '@pumphandle/shared/time'
import { useNow } from './now.tsx'

/** On paper alone: of when it is. "3 min ago" says nothing there. */
export function PrintedAt() {
  return <p className="print-only">Printed {utcTime(useNow(MINUTE))}</p>
}
