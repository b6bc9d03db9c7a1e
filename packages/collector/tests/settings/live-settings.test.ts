import { afterEach, beforeEach, expect, test } from 'vitest'
import { LiveSettings } from '../../src/settings/live-settings.ts'
import type { Store } from '../../src/store/index.ts'
import { writeSetting } from '../../src/store/settings.ts'
import { StillClock, tempStore } from '../serve/support/temp-store.ts'

const NOW = Date.UTC(2024, 6, 19)
const GIVEN = {
  alarmBudget: 1,
  bootLoop: { boots: 3, minutes: 30 },
  probes: [],
  retentionDays: 400,
  timeZone: 'Europe/London',
}
let store: Store
let drop: () => Promise<void>

beforeEach(async () => {
  ;({ store, drop } = await tempStore())
})
afterEach(() => drop())

test('the configuration speaks until somebody sets something; what was set holds at once and after a restart', async () => {
  const settings = await LiveSettings.read(store, GIVEN)
  expect(settings.current).toMatchObject({ timeZone: 'Europe/London', retentionDays: { events: 400 } })
  const clock = new StillClock(NOW)
  const changed = await settings.change({ bootLoop: { boots: 5, minutes: 20 } }, 'Ada', clock)
  expect(settings.current).toBe(changed)
  expect(changed).toMatchObject({ timeZone: 'Europe/London', bootLoop: { boots: 5, minutes: 20 } })
  expect((await LiveSettings.read(store, GIVEN)).current).toEqual(changed)
})

test('a value that is not understood is as if nobody had set it', async () => {
  await store.transaction(async (tx) => {
    await writeSetting(tx, { key: 'bootLoop', value: '{"boots": "many"}', updated_at: NOW, updated_by: 'Ada' })
    await writeSetting(tx, { key: 'alarmBudget', value: '{', updated_at: NOW, updated_by: 'Ada' })
  })
  expect((await LiveSettings.read(store, GIVEN)).current).toMatchObject({
    alarmBudget: 1,
    bootLoop: { boots: 3, minutes: 30 },
  })
})
