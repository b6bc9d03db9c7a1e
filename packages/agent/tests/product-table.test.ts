import { productOf, SECURITY_PRODUCTS } from '@pumphandle/shared/words'
import { expect, test } from 'vitest'
import { SENSOR_PRODUCTS } from '../src/sources/sensors/sensors.ts'

test('every product that the agent can send is in the table, and none other', () => {
  const ids = SENSOR_PRODUCTS.map(({ name }) => name)
  expect(ids.map((id) => productOf(id)?.id)).toEqual(ids)
  expect(SECURITY_PRODUCTS.map(({ id }) => id).filter((id) => !ids.includes(id))).toEqual([])
})
