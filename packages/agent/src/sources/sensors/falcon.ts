import type { FileFacts, Volume } from '../../volume/volume.ts'
import type { ComponentFact } from '../component.ts'
import { installedSensor, registered } from './installed.ts'
import type { SensorProduct } from './product.ts'
import { content, minuteOf } from './software.ts'

const FOLDER = 'Windows/System32/drivers/CrowdStrike'
/** `C-00000291-00000000-00000032.sys`: the first number is the channel (two sources); they are no drivers. */
const CHANNEL_FILE = /^C-(\d{8})-(\d{8})-(\d{8})\.sys$/i
/** An inventory holds 500 components; sensors have some 300 channels, of which the ones changed last matter. */
const MAX_CHANNELS = 250
/** Channel files are below 100 kB; of a larger one this much is looked at. */
const MAX_LOOK = 1024 * 1024

/**
 * CrowdStrike Falcon. The sensor's version is CSAgent.sys's file version (one source), else the uninstall entry's (one
 * source). Content is the channel files: several of one channel may lie side by side, the newest counts, and its time is
 * its version (the vendor told the bad channel 291 of 2024-07-19 04:09 UTC from the good one by it).
 */
export const falcon: SensorProduct = {
  name: 'falcon',
  services: ['CSFalconService', 'CSAgent'],
  folders: [FOLDER],
  read: (volume) => {
    const sensors = installedSensor(volume, 'falcon', {
      services: ['CSAgent', 'CSFalconService'],
      programs: [`${FOLDER}/CSAgent.sys`],
      stated: [registered(volume, /^CrowdStrike Windows Sensor/i)],
    })
    const named = sensors.map((one) => ({ ...one, version: one.version.replace(/^(\d+\.\d+\.\d+)\.0$/, '$1') }))
    return [...named, ...channels(volume)]
  },
}

function channels(volume: Volume): ComponentFact[] {
  const newest = new Map<number, FileFacts>()
  for (const file of volume.list(FOLDER)) {
    const channel = Number(CHANNEL_FILE.exec(file.name)?.[1] ?? Number.NaN)
    if (Number.isNaN(channel) || file.isFolder) continue
    const before = newest.get(channel)
    if (!before || file.modifiedAt > before.modifiedAt) newest.set(channel, file)
  }
  const latest = [...newest].sort(([, a], [, b]) => b.modifiedAt - a.modifiedAt).slice(0, MAX_CHANNELS)
  return latest.flatMap(([channel, file]) => {
    const at = new Date(file.modifiedAt).toISOString()
    return content(`falcon/${channel}`, minuteOf(at), at).map((component) => ({
      ...component,
      detail: {
        file: file.name,
        bytes: String(file.size),
        ...(isZero(volume, file) ? { damage: 'every byte is zero' } : {}),
      },
    }))
  })
}

/** The vendor found files of zeros after the crash: named, but never flushed to disk. */
function isZero(volume: Volume, file: FileFacts): boolean {
  if (file.size === 0) return false
  const path = `${FOLDER}/${file.name}`
  const isSound = volume.fileFact('sound', path, () => (holdsZeros(volume, path, file.size) ? undefined : true), file)
  return isSound === undefined
}

function holdsZeros(volume: Volume, path: string, size: number): boolean {
  const bytes = volume.bytes(path, Math.min(size, 512))
  if (bytes?.some((byte) => byte !== 0)) return false
  return volume.bytes(path, MAX_LOOK)?.every((byte) => byte === 0) ?? false
}
