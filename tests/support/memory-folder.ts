import { mkdirSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { freemem } from 'node:os'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
const PREFIX = 'pumphandle-tests-'
/** All files that the tests have at once take some 2 GB: packages, copies of a system, databases, a Windows. */
const ROOM_BYTES = 6 * 2 ** 30
/** What has to be left for the tests' processes. */
const FREE_BYTES = 10 * 2 ** 30

/**
 * Lets temporary folders lie in memory, where there is much of it: the tests end processes and never the computer, so that
 * what was flushed to a disk and what was only written are the same to them, and flushing is what they would wait for most.
 * The disks that they fill, slow down and take away are their own.
 */
export function useMemoryFolder(): void {
  const folder = join(MEMORY, `${PREFIX}${process.pid}`)
  // of the run's own processes, this one's configuration read once more
  if (process.env['TMPDIR']?.startsWith(join(MEMORY, PREFIX)) || !hasRoom()) return
  sweep()
  // a database's server runs as nobody
  mkdirSync(folder, { mode: 0o755 })
  process.env['TMPDIR'] = folder
  process.on('exit', () => sweep(folder))
}

function hasRoom(): boolean {
  try {
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .find((line) => line.split(' ')[1] === MEMORY)
    // programs are started there
    if (mount === undefined || / \S*noexec/.test(mount)) return false
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize >= ROOM_BYTES && freemem() >= FREE_BYTES
  } catch {
    return false
  }
}

/** What runs left that were killed, and what this one leaves. */
function sweep(own?: string): void {
  for (const name of readdirSync(MEMORY)) {
    const pid = Number(name.startsWith(PREFIX) ? name.slice(PREFIX.length) : Number.NaN)
    const folder = join(MEMORY, name)
    try {
      if (folder === own || (pid > 0 && !isAlive(pid))) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    } catch {
      // a disk of theirs is mounted there still: it is in nobody's way
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
