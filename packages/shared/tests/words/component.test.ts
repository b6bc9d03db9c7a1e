import { expect, test } from 'vitest'
import { componentShort, componentWords, counted, nameWords, versionShort } from '../../src/words/index.ts'

const content = { kind: 'content', name: 'falcon/291', version: '2024-07-19T04:09Z' } as const

test.each([
  [content, 'Falcon channel file 291 of 04:09 UTC on 19 July 2024'],
  [{ kind: 'sensor', name: 'falcon', version: '7.16.18605' }, 'Falcon sensor 7.16.18605'],
  [{ kind: 'sensor', name: 'cortex', version: '8.4.0' }, 'Cortex XDR sensor 8.4.0'],
  [{ kind: 'content', name: 'defender', version: '1.415.1.0' }, 'Defender signatures 1.415.1.0'],
  [{ kind: 'content', name: 'defender/engine', version: '1.1.24060.5' }, 'Defender engine 1.1.24060.5'],
  [{ kind: 'driver', name: 'csagent.sys', version: '7.16' }, 'driver csagent.sys 7.16'],
  [{ kind: 'os', name: 'windows', version: '19045.4651' }, 'Windows build 19045.4651'],
  [{ kind: 'product', name: 'trend', version: '' }, 'Trend Micro (the product, whatever its version)'],
  [{ kind: 'sensor', name: 'never-heard-of', version: '1' }, 'never-heard-of sensor 1'],
])('%j is said as a person says it', (component, words) => {
  expect(componentWords(component)).toBe(words)
})

test('and shorter in a column', () => {
  expect(componentShort(content)).toBe('291 · 19 Jul 04:09Z')
  expect(componentShort({ kind: 'sensor', name: 'defender', version: '4.18.24070.5' })).toBe('Defender 4.18.24070.5')
  expect(componentShort({ kind: 'content', name: 'defender', version: '1.415.1.0' })).toBe('Defender · 1.415.1.0')
})

test('a name without a version', () => {
  expect(nameWords({ kind: 'content', name: 'falcon/291' })).toBe('Falcon channel file 291')
  expect(nameWords({ kind: 'sensor', name: 'never-heard-of' })).toBe('never-heard-of')
})

test('a version beside its name, and numbers with their noun', () => {
  expect(versionShort('2024-07-19T04:09Z')).toBe('19 Jul 2024, 04:09 UTC')
  expect(versionShort('7.16.18605')).toBe('7.16.18605')
  expect([counted(1, 'machine'), counted(12_040, 'machine'), counted(2, 'crash', 'crashes')]).toEqual([
    '1 machine',
    '12,040 machines',
    '2 crashes',
  ])
})
