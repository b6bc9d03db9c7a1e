import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock as clock } from '@pumphandle/shared'
import { expect, test } from 'vitest'
import { COLLECTOR_CHECKS } from '../src/doctor/collector-checks.ts'
import { SETTINGS_CHECKS } from '../src/doctor/settings-checks.ts'
import { VOLUME_CHECKS } from '../src/doctor/volume-checks.ts'
import { WINDOWS_CHECKS } from '../src/doctor/windows-checks.ts'
import { readSurroundings } from '../src/run/surroundings.ts'

test('docs/windows-checks.md lists what the doctor looks at, and nothing that it does not', () => {
  const checks = [...SETTINGS_CHECKS, ...COLLECTOR_CHECKS, ...WINDOWS_CHECKS, ...VOLUME_CHECKS].map(({ code }) => code)
  const page = readFileSync(join(import.meta.dirname, '../../../docs/windows-checks.md'), 'utf8')
  const rows = [...page.matchAll(/^\| ([^|]+) \| doctor \|/gm)].map(([, codes = '']) => codes)
  const listed = rows.flatMap((codes) => [...codes.matchAll(/`([\w-]+)`/g)].map(([, code]) => code))
  expect(listed).toHaveLength(checks.length)
  expect(new Set(listed)).toEqual(new Set(checks))
})

test('where no collector is set, nothing is said of one', async () => {
  const around = readSurroundings({ data: '/nothing', volume: '/nothing' })
  const patient = { around, clock, stored: undefined, secrets: () => ({}) }
  const found = await Promise.all(COLLECTOR_CHECKS.map(async ({ code, look }) => [code, (await look(patient)).state]))
  expect(found).toEqual(COLLECTOR_CHECKS.map(({ code }) => [code, 'skipped']))
})
