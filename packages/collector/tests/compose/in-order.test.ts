import pino from 'pino'
import { expect, test } from 'vitest'
import { endInOrder } from '../../src/compose/in-order.ts'

test('one after the other, and one that cannot end does not keep the others from it', async () => {
  const ended: string[] = []
  const end = endInOrder(pino({ level: 'silent' }), [
    async () => {
      await Promise.resolve()
      ended.push('streams')
    },
    () => Promise.reject(new Error('the database is gone')),
    () => void ended.push('sockets'),
  ])
  await expect(end).rejects.toThrow('the database is gone')
  expect(ended).toEqual(['streams', 'sockets'])
})
