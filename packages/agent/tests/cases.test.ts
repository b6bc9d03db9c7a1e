import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sharedDir } from '../../../tests/support/shared.ts'
import { scanVolume } from '../src/scan.ts'

const cases = sharedDir === undefined ? '' : join(sharedDir, 'cases')

/** What a case of ../shared/cases tells; each README there has the right answer. */
const scanCase = (name: string) => scanVolume(join(cases, name, 'volume'))

describe.skipIf(!existsSync(cases))('reported conditions', () => {
  test('dead-clock-battery', async () => {
    const { boots, bootLoops } = await scanCase('dead-clock-battery')
    expect(new Set(boots.map(({ bootId }) => bootId)).size).toBe(4)
    expect(boots.map(({ startedAt }) => startedAt.slice(0, 10))).toEqual([2, 3, 4, 5].map((day) => `2026-03-0${day}`))
    expect(boots.map(({ previous }) => previous.end)).toEqual(['unknown', 'unexpected', 'unexpected', 'unexpected'])
    expect(bootLoops).toEqual([])
  })

  test('fast-startup-crash', async () => {
    const { boots, crashes } = await scanCase('fast-startup-crash')
    expect(boots).toMatchObject([
      { start: 'cold', end: 'clean', endedAt: expect.stringMatching(/T08:05/) },
      {
        start: 'fast-startup',
        previous: { end: 'clean' },
        end: 'bugcheck',
        startedAt: expect.stringMatching(/T08:07/),
      },
      { start: 'cold', previous: { end: 'bugcheck' } },
    ])
    expect(crashes).toMatchObject([{ bootId: boots[1]?.bootId }])
  })

  test('relocated-system-log', async () => {
    const { boots } = await scanCase('relocated-system-log')
    expect(boots.map(({ startedAt }) => startedAt.slice(0, 10))).toEqual(['2026-03-02', '2026-03-03'])
  })

  test('sleep-is-no-network-loss', async () => {
    expect((await scanCase('sleep-is-no-network-loss')).networkLosses).toEqual([])
  })

  const sensorsOf = async (name: string) =>
    (await scanCase(name)).components.filter(({ kind }) => kind === 'sensor').map((one) => `${one.name}@${one.version}`)

  test('stale-uninstall-entry', async () => {
    expect(await sensorsOf('stale-uninstall-entry')).toEqual(['bitdefender@7.9.20.515', 'sophos@2025.2.1.9'])
  })

  test('antivirus-that-was-removed', async () => {
    expect(await sensorsOf('antivirus-that-was-removed')).toEqual([expect.stringMatching(/^eset@\d/)])
  })

  test('deep-security-agent', async () => {
    expect(await sensorsOf('deep-security-agent')).toEqual(['trend@20.0.1.25770'])
  })

  test('defender-without-platform-update', async () => {
    expect(await sensorsOf('defender-without-platform-update')).toEqual(['defender@4.10.14393.7330'])
  })
})
