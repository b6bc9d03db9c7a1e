import { expect, test } from 'vitest'
import { FactRegistry } from '../../src/detect/index.ts'

test('a crash blamed on a product’s driver speaks for its sensor, its content by channel, and the product', () => {
  const facts = new FactRegistry()
  facts.declareFile('csagent.sys', 'falcon')
  const owned = (key: string) => facts.owns(facts.intern(key), 'CSAgent.sys')
  expect(owned('sensor:falcon@7.16.18605')).toBe(true)
  expect(owned('content:falcon/291@2024-07-19T04:09Z')).toBe(true)
  expect(owned('product:falcon')).toBe(true)
  expect(owned('driver:csagent.sys@7.16')).toBe(true)
  expect(owned('content:falconry/291@1')).toBe(false)
  expect(owned('sensor:defender@4.18')).toBe(false)
})

test('an unknown kind is refused with what is possible', () => {
  expect(() => new FactRegistry().intern('gpu:x@1')).toThrow(/product, model, sensor/)
})

test('any driver has its owner by a rule, asked once; what is declared goes before it', () => {
  const asked: string[] = []
  const facts = new FactRegistry()
  facts.declareOwners((file) => {
    asked.push(file)
    return file.startsWith('cyv') ? 'cortex' : undefined
  })
  facts.declareFile('cyvrlpc.sys', 'other')
  const cortex = facts.intern('sensor:cortex@8.4.0')
  expect([facts.owns(cortex, 'CyveraK.sys'), facts.owns(cortex, 'cyverak.sys')]).toEqual([true, true])
  expect(facts.owns(cortex, 'cyvrlpc.sys')).toBe(false)
  expect(asked).toEqual(['cyverak.sys'])
})
