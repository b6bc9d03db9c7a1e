import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

/** The log and the one before it: 20 MB of a disk, weeks of a small site. */
const MOST_BYTES = 10 * 1024 * 1024
/** Others may not read it, where a file has a mode; on Windows the folder's access list says so. */
const OWNER_ONLY = 0o600

/**
 * Lines of a log in a file, for a service of Windows has no standard output; at 10 MB it becomes `NAME.before`. Each line is
 * written at once: the last one before an end is the one that matters.
 * @throws where the file cannot be opened
 */
export function fileLines(path: string): { write(line: string): void } {
  let file = openSync(path, 'a', OWNER_ONLY)
  let bytes = fstatSync(file).size
  return {
    write(line) {
      try {
        if (bytes + line.length > MOST_BYTES) {
          closeSync(file)
          renameSync(path, `${path}.before`)
          file = openSync(path, 'a', OWNER_ONLY)
          bytes = 0
        }
        bytes += writeSync(file, line)
      } catch {
        // a full disk must not end the collector: what to do about it is on the page
      }
    },
  }
}
