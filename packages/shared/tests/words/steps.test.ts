import { stepsOnSite } from '@pumphandle/shared/words'
import { expect, test } from 'vitest'

test('what is decided at the desk is not on a sheet: to the next heading of its level, and never for a line of code', () => {
  const runbook = [
    'Read this.',
    '## desk: decide first',
    'Call the vendor.',
    '### And then',
    'Pause the ring.',
    '## Machines that start',
    '```',
    '## Desk: this is a line of a script',
    '```',
    '### Desk: tell the manager',
    'By telephone.',
    '## Never',
    'Rename the folder.',
  ].join('\n')
  expect(stepsOnSite(runbook).split('\n')).toEqual([
    'Read this.',
    '## Machines that start',
    '```',
    '## Desk: this is a line of a script',
    '```',
    '## Never',
    'Rename the folder.',
  ])
})

test('the heading that was shipped without a mark is known, and a heading that only resembles it stays', () => {
  expect(stepsOnSite('## Decide first\n1. Call.\n## Decide firstly\n2. Go.')).toBe('## Decide firstly\n2. Go.')
  expect(stepsOnSite('## Desktops\nRestart.')).toBe('## Desktops\nRestart.')
})
