import { expect, test } from 'vitest'
import { componentRef } from '../../src/incidents/components.ts'
import { runbookFor, shippedRunbooks } from '../../src/incidents/runbooks.ts'

const forCause = (key: string) =>
  runbookFor(shippedRunbooks(), { kind: 'component', cause: componentRef(key), partner: null })?.id

test.each([
  ['content:falcon/291@2024-07-19T04:09Z', 'falcon-channel-file'],
  ['sensor:falcon@7.16.18605', 'falcon-channel-file'],
  ['driver:nvlddmkm.sys@31.0.15', 'driver'],
  ['os:windows@19045.4651', 'windows-update'],
  ['app:emis@9.20', undefined],
])('%s has the runbook %s', (key, id) => expect(forCause(key)).toBe(id))

test('the clinical system has one without a component', () => {
  expect(runbookFor(shippedRunbooks(), { kind: 'clinical-system', cause: null, partner: null })?.id).toBe(
    'clinical-system',
  )
})

test('each has a title and steps', () => {
  for (const runbook of shippedRunbooks()) {
    expect(runbook.title).not.toBe('')
    expect(runbook.markdown).toMatch(/^## /)
  }
})
