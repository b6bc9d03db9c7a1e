import { copyFileSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sharedDir } from '../../../../tests/support/shared.ts'

/** Undefined where the real artefacts are not beside the checkout: tests that need them skip. */
export const artefactsDir = sharedDir === undefined ? undefined : join(sharedDir, 'windows-artefacts')

/** The path of a real artefact. */
export function artefact(name: string): string {
  return join(artefactsDir ?? '', name)
}

/** Lines of an expectation file. */
export function expectedLines(name: string): string[] {
  return readFileSync(artefact(name), 'utf8').trim().split('\n')
}

/** A volume in a fresh folder, made of files: path inside the volume to path of the file to copy. */
export function volumeOf(files: Record<string, string>): string {
  const dir = mkdtempSync(join(tmpdir(), 'volume-'))
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(join(dir, dirname(path)), { recursive: true })
    copyFileSync(source, join(dir, path))
  }
  return dir
}
