import { describe, expect, test } from 'vitest'
import { scanVolume } from '../src/scan.ts'
import { Story } from './support/story.ts'
import { writeEvtx } from './support/write-evtx.ts'
import { keyAt, mergeKeys, type WrittenKey, writeHive } from './support/write-hive.ts'
import { type VolumeFiles, writeVolume } from './support/write-volume.ts'

const LOGS = 'Windows/System32/winevt/Logs'
const MORNING = Date.parse('2026-03-02T08:00:00.000Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR
const system = (...keys: WrittenKey[]): VolumeFiles => ({
  'Windows/System32/config/SYSTEM': writeHive(mergeKeys(keyAt('Select', { values: { Current: 1 } }), ...keys)),
})
const systemLog = (story: Story): VolumeFiles => ({ [`${LOGS}/System.evtx`]: writeEvtx(story.events) })

describe('BitLocker of the system drive', () => {
  const MGMT = `${LOGS}/Microsoft-Windows-BitLocker%4BitLocker Management.evtx`
  const management = (...events: [number, number, Record<string, string>][]): VolumeFiles => {
    const story = new Story()
    for (const [at, id, data] of events) story.add(at, 'Microsoft-Windows-BitLocker-API', id, data)
    return { [MGMT]: writeEvtx(story.events) }
  }
  const started = (options: string): Story => {
    const story = new Story().boot(MORNING)
    const boot = story.events.find(({ eventId }) => eventId === 27)
    if (boot) boot.data = { BootType: '0', LoadOptions: options }
    return story
  }
  const told = async (...files: VolumeFiles[]) => {
    const { bitlocker, bitlockerKeyEscrowed } = (await scanVolume(writeVolume(Object.assign({}, ...files)))).readiness
    return [bitlocker, bitlockerKeyEscrowed]
  }
  const C = { VolumeName: '\\\\?\\Volume{1}', VolumeMountPoint: 'C:' }
  const D = { VolumeName: '\\\\?\\Volume{2}', VolumeMountPoint: 'D:' }
  const ON = ' NOEXECUTE=OPTIN  FVEBOOT=2670592  NOVGA'
  const OFF = ' NOEXECUTE=OPTIN  NOVGA'
  test('unlocked at start', async () => expect(await told(systemLog(started(ON)))).toEqual([true, undefined]))
  test('not at start', async () => expect(await told(systemLog(started(OFF)))).toEqual([false, undefined]))
  test('encryption begun since', async () =>
    expect(await told(systemLog(started(OFF)), management([MORNING + HOUR, 768, C]))).toEqual([true, undefined]))
  test('decryption begun since', async () =>
    expect(await told(systemLog(started(ON)), management([MORNING + HOUR, 770, C]))).toEqual([false, undefined]))
  test('encryption of another drive', async () =>
    expect(await told(systemLog(started(OFF)), management([MORNING + HOUR, 768, D]))).toEqual([false, undefined]))
  test('suspended', async () =>
    expect(await told(systemLog(started(ON)), management([MORNING + HOUR, 773, C]))).toEqual([true, undefined]))
  test('encryption begun before', async () =>
    expect(await told(systemLog(started(OFF)), management([MORNING - HOUR, 768, C]))).toEqual([false, undefined]))
  test('backed up to Entra', async () =>
    expect(
      await told(systemLog(started(ON)), management([MORNING + HOUR, 845, { ...C, ProtectorGUID: '{1}' }])),
    ).toEqual([true, true]))
  test('another drive backed up', async () =>
    expect(
      await told(systemLog(started(ON)), management([MORNING + HOUR, 845, { ...D, ProtectorGUID: '{2}' }])),
    ).toEqual([true, undefined]))
  test('backed up to AD', async () =>
    expect(
      await told(systemLog(started(ON)), management([MORNING + HOUR, 784, { ...C, ProtectorGUID: '{1}' }])),
    ).toEqual([true, true]))
  test('already in AD', async () =>
    expect(
      await told(systemLog(started(ON)), management([MORNING + HOUR, 783, { ...C, ProtectorGUID: '{1}' }])),
    ).toEqual([true, true]))
  test('new key, backup failed', async () =>
    expect(
      await told(
        systemLog(started(ON)),
        management(
          [MORNING - DAY, 845, { ...C, ProtectorGUID: '{1}' }],
          [MORNING + HOUR, 775, { ...C, ProtectorGUID: '{3}' }],
          [MORNING + HOUR, 776, { ...C, ProtectorGUID: '{1}' }],
          [MORNING + HOUR, 846, C],
        ),
      ),
    ).toEqual([true, undefined]))
  test('status of a wrong type', async () =>
    expect(
      await told(system(keyAt('ControlSet001\\Control\\BitLockerStatus', { values: { BootStatus: '1' } }))),
    ).toEqual([undefined, undefined]))
  test('status', async () =>
    expect(await told(system(keyAt('ControlSet001\\Control\\BitLockerStatus', { values: { BootStatus: 1 } })))).toEqual(
      [true, undefined],
    ))
})
