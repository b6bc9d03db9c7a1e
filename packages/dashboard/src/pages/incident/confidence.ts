import type { IncidentRow } from '@pumphandle/shared/api'

/** How sure, in words that stand by themselves. */
export const CONFIDENCE: Record<IncidentRow['confidence'], string> = {
  certain: 'Beyond doubt',
  strong: 'Very likely',
  likely: 'Likely, still being weighed',
}
