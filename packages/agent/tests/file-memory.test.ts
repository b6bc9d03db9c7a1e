import { rmSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { readSensorsNamed } from '../src/sources/sensors/sensors.ts'
import { FileMemory } from '../src/volume/file-memory.ts'
import { Volume } from '../src/volume/volume.ts'
import { type VolumeFiles, writeVolume } from './support/write-volume.ts'

const CHANNEL_FILE = 'Windows/System32/drivers/CrowdStrike/C-00000291-00000000-00000032.sys'
const AT = Date.parse('2024-07-19T04:09:00.000Z')
const zeros = Buffer.alloc(40_000)
const data = Buffer.alloc(40_000, 0xaa)

const dirs: string[] = []
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})
function write(files: VolumeFiles, dir?: string): string {
  const written = writeVolume(files, dir)
  dirs.push(written)
  return written
}
/** How Falcon's channel file is read, and which files were opened for it. */
function glance(dir: string, memory: FileMemory): { damage: string | undefined; opened: string[] } {
  const volume = new Volume(dir, undefined, memory)
  const opened: string[] = []
  const open = volume.open.bind(volume)
  volume.open = (path) => {
    opened.push(path)
    return open(path)
  }
  const [found] = readSensorsNamed(volume, new Set(['falcon']))
  volume.close()
  return { damage: found?.detail?.['damage'], opened: opened.filter((path) => path.endsWith(CHANNEL_FILE)) }
}

describe('what a file told', () => {
  it('is not read again while its size and time are the same', () => {
    const memory = new FileMemory()
    const dir = write({ [CHANNEL_FILE]: { bytes: data, modifiedAt: AT } })
    expect(glance(dir, memory).opened).toHaveLength(1)
    expect(glance(dir, memory).opened).toHaveLength(0)
    write({ [CHANNEL_FILE]: { bytes: zeros, modifiedAt: AT + 1000 } }, dir)
    expect(glance(dir, memory).damage).toBe('every byte is zero')
  })

  it('is found out anew where it was bad: the file may have been in the middle of being written', () => {
    const memory = new FileMemory()
    const dir = write({ [CHANNEL_FILE]: { bytes: zeros, modifiedAt: AT } })
    expect(glance(dir, memory).damage).toBe('every byte is zero')
    write({ [CHANNEL_FILE]: { bytes: data, modifiedAt: AT } }, dir)
    expect(glance(dir, memory).damage).toBeUndefined()
  })

  it('is forgotten for the oldest files once there are too many', () => {
    const memory = new FileMemory()
    const file = { name: 'a', size: 1, modifiedAt: 1, isFolder: false }
    for (let n = 0; n < 2500; n++) memory.of(`file ${n}`, file, () => n)
    expect(memory.of('file 2499', file, () => 'read again')).toBe(2499)
    expect(memory.of('file 0', file, () => 'read again')).toBe('read again')
  })
})
