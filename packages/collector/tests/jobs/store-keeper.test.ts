import { SECOND } from '@pumphandle/shared/time'
import pino from 'pino'
import { expect, test } from 'vitest'
import { StoreKeeper } from '../../src/jobs/store-keeper.ts'
import type { Store } from '../../src/store/index.ts'
import { StillClock } from '../serve/support/temp-store.ts'
import { START } from '../support/world.ts'

/** A keeper of a sound file whose journal has waited so long at each of its looks, one a second. */
async function problemAfter(waitedMs: readonly number[]) {
  const due: (() => void)[] = []
  const every = (_ms: number, run: () => void) => {
    due.push(run)
    return () => undefined
  }
  const clock = Object.assign(new StillClock(START), { every })
  const store = { kind: 'sqlite', fault: undefined, damage: undefined, isInPlace: () => true }
  const journal = { waiting: 1, stuckMs: 0 }
  const keeper = new StoreKeeper({
    clock,
    log: pino({ level: 'silent' }),
    store: store as unknown as Store,
    journal,
    claim: {},
    file: undefined,
    where: 'the database /data/pumphandle.db',
  })
  for (const stuckMs of waitedMs) {
    journal.stuckMs = stuckMs
    for (const run of due) run()
  }
  await keeper.close()
  return keeper.problem
}

const seconds = (n: number) => Array.from({ length: n }, (_, i) => (i + 1) * SECOND)

test('a database that says nothing for ten seconds is told of', async () => {
  expect(await problemAfter(seconds(9))).toBeUndefined()
  expect(await problemAfter(seconds(11))).toMatchObject({
    code: 'store-stuck',
    title: expect.stringContaining('Nothing could be stored for 11 s'),
  })
})

test('a collector that was too busy to hear the answer does not blame the database', async () => {
  expect(await problemAfter([13 * SECOND])).toBeUndefined()
  expect(await problemAfter([6 * SECOND, 13 * SECOND, 20 * SECOND])).toBeUndefined()
  // what was stored meanwhile begins it anew
  expect(await problemAfter([...seconds(9), SECOND, 2 * SECOND, 11 * SECOND])).toBeUndefined()
})
