import type { IncidentRow } from '@pumphandle/shared/api'
import { counted } from '@pumphandle/shared/words'
import { BREAKS_APPS, KEEPS_FROM_STARTING, STOPS_PROTECTION } from './sentence.ts'

/** What an incident is called by people who have never heard of a channel file or a driver. */
const CAUSES: Readonly<Record<string, string>> = {
  sensor: 'An update of the security software',
  product: 'The security software',
  content: 'An update of the security software',
  os: 'A Windows update',
  driver: 'An update of a part of Windows',
  firmware: 'An update that the maker of the PCs sent',
  app: 'A new version of a program',
  model: 'A fault of one make of PC',
}
const OTHERS: Readonly<Partial<Record<IncidentRow['kind'], string>>> = {
  'practice-line': 'The internet line or the power is down',
  'clinical-system': 'The clinical system does not answer. The PCs are well',
  machine: 'One of your PCs fails again and again',
  blind: 'We cannot see your PCs at the moment. The fault is on our side',
}

/** An incident for a practice's staff: what it does to PCs, and whether they are alone with it. */
export function staffWords({ kind, cause, title, practices }: IncidentRow): string {
  const what = OTHERS[kind] ?? `${CAUSES[cause?.kind ?? ''] ?? 'Something'} ${doesTo(title)}`
  const others =
    kind === 'component' && practices > 1 ? ` It is not you alone: ${counted(practices, 'practice')} have it.` : ''
  return `${what}.${others}`
}

function doesTo(title: string): string {
  if (title.includes(STOPS_PROTECTION)) return 'does not protect PCs at the moment. They can be used'
  if (title.includes(KEEPS_FROM_STARTING)) return 'keeps PCs from starting'
  if (title.includes(BREAKS_APPS)) return 'makes programs close'
  return 'stops PCs'
}
