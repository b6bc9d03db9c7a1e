import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** How a disk does: a flush never ends, takes long or fails, or nothing can be written, or read. */
export type Mood = 'well' | 'hang' | 'slow' | 'refuse' | 'break' | 'unread'

/** A disk that does as it is told, to processes that are started with `env`. */
export interface BadDisk {
  readonly env: Readonly<Record<string, string>>
  is(mood: Mood): void
}

let library: string | undefined

/** @returns undefined where there is no compiler, or another system than Linux */
export function badDisk(folder: string): BadDisk | undefined {
  library ??= compiled()
  if (library === '') return undefined
  const file = join(folder, 'disk')
  writeFileSync(file, 'well')
  return {
    env: { LD_PRELOAD: library, FAULTS_DISK: file },
    is: (mood) => writeFileSync(file, mood),
  }
}

/** Once a process; what is left of it in the folder for temporary files has 16 kB. Empty where it cannot be made. */
function compiled(): string {
  if (process.platform !== 'linux') return ''
  const to = join(mkdtempSync(join(tmpdir(), 'pumphandle-bad-disk-')), 'bad-disk.so')
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', to, join(import.meta.dirname, 'bad-disk.c')], {
      stdio: 'ignore',
    })
    return to
  } catch {
    return ''
  }
}
