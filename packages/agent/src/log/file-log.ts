import { closeSync, fstatSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { openPrivate } from '../config/private-file.ts'
import type { Log } from './log.ts'

/** The log and the one before it: 2 MB of a disk at most, weeks of a healthy machine. */
const MAX_LOG_BYTES = 1024 * 1024
const LOG_FILE = 'agent.log'
const PREVIOUS_LOG_FILE = 'agent.1.log'

/**
 * Lines of JSON in `agent.log`, which becomes `agent.1.log` at 1 MB. Written without a buffer: the last line before a crash is
 * the one that matters. A rotating-stream library would do the same with more memory and timers than the agent has.
 * Where the folder takes no writes, or another program holds the log, lines are lost and the agent goes on.
 */
export function openFileLog(folder: string, version: string): Log {
  const path = join(folder, LOG_FILE)
  let file: number | undefined
  let size = 0
  function open(): number {
    file = openPrivate(path, 'a')
    size = fstatSync(file).size
    return file
  }
  function turnOver(full: number): number {
    // from here on its number may be another file's
    file = undefined
    closeSync(full)
    renameSync(path, join(folder, PREVIOUS_LOG_FILE))
    return open()
  }
  const destination = {
    write(line: string): void {
      try {
        let to = file ?? open()
        if (size + line.length > MAX_LOG_BYTES) to = turnOver(to)
        size += writeSync(to, line)
      } catch {
        // a full disk must not end the agent: its events still go out
      }
    },
  }
  return pino({ base: { version }, timestamp: pino.stdTimeFunctions.isoTime }, destination)
}
