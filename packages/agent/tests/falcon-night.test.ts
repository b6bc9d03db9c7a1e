import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { scanVolume } from '../src/scan.ts'
import { buildFalconVolume, FALCON_NIGHT } from './support/falcon-volume.ts'

describe('a machine that the faulty channel file stopped', () => {
  test('tells one crash from log and dump, with the driver at fault', async () => {
    const scan = await scanVolume(buildFalconVolume())
    expect(scan.problems).toEqual([])
    expect(scan.crashes).toMatchObject([
      {
        kind: 'bugcheck',
        at: new Date(FALCON_NIGHT.crashedAt).toISOString(),
        stopCode: '0x00000050',
        stopName: 'PAGE_FAULT_IN_NONPAGED_AREA',
        process: null,
        module: 'csagent.sys',
        moduleOffset: '0xe14ed',
        uptimeSeconds: 4205.25,
        culprit: { driver: 'csagent.sys', version: '7.15.18513.0', company: 'CrowdStrike, Inc.', confidence: 'high' },
        drivers: [{ name: 'csagent.sys', version: '7.15.18513.0' }],
        sources: ['log-41', 'log-1001', 'minidump'],
      },
    ])
  })

  test('gives the crash the same id before and after its dump is written', async () => {
    const early = await scanVolume(buildFalconVolume({ withoutDump: true }))
    const late = await scanVolume(buildFalconVolume())
    expect(early.crashes.map(({ id }) => id)).toEqual(late.crashes.map(({ id }) => id))
    expect(early.crashes[0]).toMatchObject({
      atPrecision: 'latest',
      at: new Date(FALCON_NIGHT.restartedAt).toISOString(),
    })
  })

  test('names the newest file of each channel by its minute', async () => {
    const { components } = await scanVolume(buildFalconVolume())
    expect(components.filter(({ kind }) => kind === 'content')).toMatchObject([
      { name: 'falcon/291', version: '2024-07-19T04:09Z', at: '2024-07-19T04:09:27.000Z' },
      { name: 'falcon/258' },
    ])
    expect(components).toContainEqual(
      expect.objectContaining({ kind: 'sensor', name: 'falcon', version: '7.15.18513' }),
    )
  })

  test('says that a channel file is all zeros, and calls none a driver', async () => {
    const { components } = await scanVolume(buildFalconVolume({ hasZeroChannel: true }))
    const channel = components.find(({ name }) => name === 'falcon/291')
    expect(channel?.detail).toMatchObject({ damage: 'every byte is zero' })
    expect(components.filter(({ kind }) => kind === 'driver').map(({ name }) => name)).toEqual(['csagent.sys'])
  })

  test('that restarts again and again is in a boot loop', async () => {
    const { bootLoops, crashes, boots } = await scanVolume(buildFalconVolume({ loops: 3 }))
    expect(bootLoops).toEqual([{ boots: 4, since: '2024-07-19T04:12:30.500Z', until: '2024-07-19T04:18:30.500Z' }])
    expect(new Set(crashes.map(({ id }) => id)).size).toBe(4)
    expect(boots.map(({ end }) => end)).toEqual(['bugcheck', 'bugcheck', 'bugcheck', 'bugcheck', 'unknown'])
  })

  test('has a new content version when the file of a channel is replaced', async () => {
    const dir = buildFalconVolume()
    const fixedAt = Date.parse('2024-07-19T05:27:10.000Z') / 1000
    utimesSync(join(dir, 'Windows/System32/drivers/CrowdStrike/C-00000291-00000000-00000029.sys'), fixedAt, fixedAt)
    const { components } = await scanVolume(dir)
    expect(components.find(({ name }) => name === 'falcon/291')?.version).toBe('2024-07-19T05:27Z')
  })
})
