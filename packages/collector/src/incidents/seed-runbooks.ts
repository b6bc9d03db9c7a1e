import type { Clock } from '@pumphandle/shared/clock'
import type { Store } from '../store/index.ts'
import { putRunbook } from '../store/runbooks.ts'
import { readSettingRows, writeSetting } from '../store/settings.ts'
import { shippedRunbooks } from './runbooks.ts'

const SEEDED = 'runbooks-seeded'
const BY = 'Pumphandle'

/** Puts the shipped runbooks into a new store, once: from then on they are the admins', who may change or remove them. */
export async function seedRunbooks(store: Store, clock: Pick<Clock, 'now'>): Promise<void> {
  if ((await readSettingRows(store.reader)).some((row) => row.key === SEEDED)) return
  const at = clock.now()
  await store.transaction(async (tx) => {
    for (const { matches, ...runbook } of shippedRunbooks())
      await putRunbook(tx, { ...runbook, matches: JSON.stringify(matches), updated_at: at, updated_by: BY })
    await writeSetting(tx, { key: SEEDED, value: 'true', updated_at: at, updated_by: BY })
  })
}
