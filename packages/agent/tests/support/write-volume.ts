import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Contents by path inside the volume; a time (milliseconds since 1970) becomes the file's own. */
export type VolumeFiles = Record<string, Buffer | string | { bytes: Buffer | string; modifiedAt: number }>

/** Writes a Windows volume into a folder, by default a fresh one, and answers where. */
export function writeVolume(files: VolumeFiles, dir = mkdtempSync(join(tmpdir(), 'volume-'))): string {
  for (const [path, content] of Object.entries(files)) {
    const file = join(dir, path)
    mkdirSync(dirname(file), { recursive: true })
    const hasTime = typeof content === 'object' && 'modifiedAt' in content
    writeFileSync(file, hasTime ? content.bytes : content)
    if (hasTime) utimesSync(file, content.modifiedAt / 1000, content.modifiedAt / 1000)
  }
  return dir
}
