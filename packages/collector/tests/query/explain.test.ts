import { expect, test } from 'vitest'
import { explain, parse } from '../../src/query/index.ts'

test.each([
  ['', 'All machines'],
  ['state:dark,boot-loop', 'Machines that are in state dark or boot-loop'],
  ['-state:healthy', 'Machines that are not in state healthy'],
  ['sensor:falcon@7.16.*', 'Machines that have sensor falcon in version 7.16.*'],
  ['sensor:falcon@>=7.11,<7.17', 'Machines that have sensor falcon in version from 7.11 and before 7.17'],
  ['-driver:csagent.sys', 'Machines that do not have driver csagent.sys'],
  ['crashed:<24h', 'Machines that last crashed less than 24h ago'],
  ['seen:>15m', 'Machines that were last heard more than 15m ago'],
  ['since:>=1h', 'Machines that are in their state since at least 1h ago'],
  ['crashed:2024-07-19', 'Machines that last crashed on 2024-07-19 (UTC)'],
  ['crashed:>2024-07-19T05:00+01:00', 'Machines that last crashed after 2024-07-19 04:00 UTC'],
  ['-stop:0x50', 'Machines that did not last crash with stop code 0x50 (PAGE_FAULT_IN_NONPAGED_AREA)'],
  ['is:unmanaged', 'Machines that are taken out of watching'],
  ['model:Opti* name:pc', 'Machines that are of model anything beginning with opti and are named pc'],
  ['incident:12 cohort:at-risk', 'Machines that are in incident 12 and are at-risk in incident 12'],
  [
    'a (b or -c)',
    'Machines that have "a" in their name, serial number or practice and (have "b" in their name, serial number or practice, or do not have "c" in their name, serial number or practice)',
  ],
  ['-(state:dark or region:x)', 'Machines that are not in state dark and are not in region x'],
  [
    'had:content:falcon/291@2024-07-19T04:09Z at:2024-07-19T04:09Z..2024-07-19T05:27Z',
    'Machines that had content falcon/291 in version 2024-07-19T04:09Z from 2024-07-19 04:09 UTC to the end of 2024-07-19 05:27 UTC',
  ],
  [
    '-had:stop:0x7e at:<7d',
    'Machines that never had a blue screen with stop code 0x7E (SYSTEM_THREAD_EXCEPTION_NOT_HANDLED) less than 7d ago',
  ],
  ['practice:a,b,c,d,e,f,g,h,i,j', 'Machines that are at practice a, b, c, d, e, f, g, h or 2 more'],
])('%s', (text, words) => {
  const result = parse(text)
  expect(result.ok && explain(result.query)).toBe(words)
})
