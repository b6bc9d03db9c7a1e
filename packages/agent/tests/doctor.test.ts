import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock as clock } from '@pumphandle/shared'
import { expect, test } from 'vitest'
import { COLLECTOR_CHECKS } from '../src/doctor/collector-checks.ts'
import { explain } from '../src/doctor/explain.ts'
import { SETTINGS_CHECKS } from '../src/doctor/settings-checks.ts'
import { newestBoot, VOLUME_CHECKS } from '../src/doctor/volume-checks.ts'
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

test('a log that lacks the start under way is not said to be live', () => {
  const now = Date.parse('2026-03-02T09:00:00.000Z')
  const boot = (startedAt: string, clockSaid?: string) =>
    ({ startedAt, seenIn: 'event-log', ...(clockSaid && { clockSaid }) }) as Parameters<typeof newestBoot>[0]
  const state = (newest: ReturnType<typeof boot>, minutes: number) => newestBoot(newest, now, minutes * 60_000).state
  expect(state(boot('2026-03-02T08:00:00.500Z'), 59)).toBe('ok')
  expect(state(boot('2026-03-02T08:50:00.500Z'), 3000)).toBe('ok') // resumed by fast start-up
  expect(state(boot('2026-03-01T17:00:00.500Z', '2026-03-02T08:58:00.500Z'), 2)).toBe('ok') // by a lost clock
  expect(state(boot('2024-03-02T08:00:00.500Z'), 59)).toBe('info')
  expect(state(undefined, 59)).toBe('wrong')
})

test('who pinned a certificate is not told to pin one', () => {
  const error = Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  expect(explain(error)).toContain('give CA_SHA256')
  expect(explain(error, true)).toContain('CA_SHA256 names another certificate')
})

test('where no collector is set, nothing is said of one', async () => {
  const around = readSurroundings({ data: '/nothing', volume: '/nothing' })
  const patient = { around, clock, stored: undefined, secrets: () => ({}) }
  const found = await Promise.all(COLLECTOR_CHECKS.map(async ({ code, look }) => [code, (await look(patient)).state]))
  expect(found).toEqual(COLLECTOR_CHECKS.map(({ code }) => [code, 'skipped']))
})
