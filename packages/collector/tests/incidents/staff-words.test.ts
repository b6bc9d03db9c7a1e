import type { IncidentRow } from '@pumphandle/shared/api'
import { expect, test } from 'vitest'
import { staffWords } from '../../src/incidents/index.ts'
import { exampleIncident } from '../../src/jobs/notify/delivery/preview.ts'

const incident = (more: Partial<IncidentRow>) => staffWords({ ...exampleIncident(0), ...more })
const cause = (kind: 'content' | 'os' | 'app', name: string) => ({ key: `${kind}:${name}@1`, kind, name, version: '1' })

test('staff read what an incident does to PCs, and never what it is called among those who look after them', () => {
  expect(
    incident({
      cause: cause('content', 'falcon/291'),
      title: 'Falcon channel file 291 is crashing machines',
      practices: 1_204,
    }),
  ).toBe('An update of the security software stops PCs. It is not you alone: 1,204 practices have it.')
  expect(
    incident({ cause: cause('os', 'windows'), title: 'Windows build 1 keeps machines from starting', practices: 1 }),
  ).toBe('A Windows update keeps PCs from starting.')
  expect(incident({ cause: cause('app', 'emis'), title: 'EMIS 1 makes applications crash', practices: 1 })).toBe(
    'A new version of a program makes programs close.',
  )
  expect(incident({ kind: 'practice-line', cause: null, title: 'Network failure in QHM' })).toBe(
    'The internet line or the power is down.',
  )
})
