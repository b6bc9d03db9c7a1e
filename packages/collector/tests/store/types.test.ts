import { expectTypeOf, test } from 'vitest'
import { insertAudit } from '../../src/store/audit.ts'
import type { Db, Reader, Store, Tx } from '../../src/store/index.ts'
import { listUsers } from '../../src/store/users.ts'

// The compiler is what checks these: `npm run check` fails where one does not hold.

test('a write on a reader does not compile', () => {
  expectTypeOf<Store['reader']>().toEqualTypeOf<Reader>()
  for (const write of ['insertInto', 'updateTable', 'deleteFrom', 'replaceInto', 'mergeInto', 'transaction'] as const)
    expectTypeOf<Reader>().not.toHaveProperty(write)
  expectTypeOf<Reader>().not.toExtend<Parameters<typeof insertAudit>[0]>()
})

test('a read takes the reader, the writer and a transaction alike', () => {
  type Takes = Parameters<typeof listUsers>[0]
  expectTypeOf<Reader>().toExtend<Takes>()
  expectTypeOf<Db>().toExtend<Takes>()
  expectTypeOf<Tx>().toExtend<Takes>()
})
