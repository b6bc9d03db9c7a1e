import { expect, test } from 'vitest'
import { componentShort, componentWords, productWords } from '../src/design/component-words.ts'

const content = { kind: 'content', name: 'falcon/291', version: '2024-07-19T04:09Z' } as const

test('a component is said as a person says it', () => {
  expect(componentWords(content)).toBe('Falcon channel file 291 of 2024-07-19 04:09 UTC')
  expect(componentWords({ kind: 'sensor', name: 'falcon', version: '7.16.18605' })).toBe('Falcon 7.16.18605')
  expect(componentWords({ kind: 'content', name: 'defender', version: '1.415.1.0' })).toBe(
    'Defender signatures 1.415.1.0',
  )
  expect(componentWords({ kind: 'driver', name: 'csagent.sys', version: '7.16' })).toBe('csagent.sys 7.16')
})

test('and shorter in a column', () => {
  expect(componentShort(content)).toBe('291 · 07-19 04:09Z')
  expect(productWords('falcon/291')).toBe('Falcon channel file 291')
  expect(productWords('never-heard-of')).toBe('never-heard-of')
})
