import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { bigints, integers, texts } from '../../packages/collector/src/store/binary-arrays.ts'

let client: pg.Client
beforeAll(async () => {
  client = new pg.Client({ connectionString: inject('pgUrl') })
  await client.connect()
})
afterAll(() => client.end())

/** The array's elements as the server writes them. */
async function taken(array: Buffer, type: string): Promise<string[]> {
  const { rows } = await client.query<{ one: string }>(`select one::text from unnest($1::${type}[]) as one`, [array])
  return rows.map(({ one }) => one)
}

test('whole numbers of every size come as they are', async () => {
  const values = [0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 32, -(2 ** 32) - 1]
  const large = [...values, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, Date.UTC(2024, 6, 19), -62135596800000]
  expect(await taken(bigints(large), 'bigint')).toEqual(large.map(String))
  const small = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]
  expect(await taken(integers(small), 'integer')).toEqual(small.map(String))
})

test('texts come as they are, whatever is in them', async () => {
  const values = ['', 'a', '{"a":"b, \\"c\\""}', 'NULL', '{}', 'ä€𝄞', '\\', "'", 'x'.repeat(100_000), '\t\n\u001f']
  expect(await taken(texts(values), 'text')).toEqual(values)
})

test('none are none', async () => {
  expect(await taken(bigints([]), 'bigint')).toEqual([])
  expect(await taken(texts([]), 'text')).toEqual([])
})
