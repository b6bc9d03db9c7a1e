import { type FileVersion, readFileVersion } from '../formats/pe/version.ts'
import type { Volume } from '../volume/volume.ts'

/** Version, company and product of a program or driver inside the volume; undefined where it has none or is not there. */
export function fileVersionOf(volume: Volume, path: string): FileVersion | undefined {
  return volume.fileFact('version', path, () => {
    const reader = volume.open(path)
    const version = reader && readFileVersion(reader)
    reader?.close()
    return version
  })
}
