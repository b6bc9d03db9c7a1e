import { decodeFile } from '../../formats/text.ts'
import type { Volume } from '../../volume/volume.ts'
import type { Source } from '../source.ts'

/** What Windows' own start-up repair found when the machine could not start. */
export interface StartRepair {
  /** Lines of the log's end that state a root cause, in Windows' language, at most 10. */
  rootCauses: string[]
  /** Files that it named, without folders, e.g. `csagent.sys`. */
  files: string[]
  /** Attempts to repair that the log counts, if it does. */
  attempts: number | null
  at: string
}

const TRAIL = 'Windows/System32/LogFiles/Srt/SrtTrail.txt'
/** The log is rewritten at each repair and has 5 to 50 kB. */
const MAX_TRAIL = 262_144
const MAX_CAUSES = 10

/**
 * SrtTrail.txt, UTF-16, in the language of the recovery environment; so nothing is read by its words but the names of
 * files, error codes in hexadecimal, and the lines between the rulers that close the log.
 */
export const startRepairSource: Source<StartRepair | null> = {
  name: 'start-repair',
  read: async (volume) => ({ facts: readStartRepair(volume), problems: [] }),
}

function readStartRepair(volume: Volume): StartRepair | null {
  const bytes = volume.bytes(TRAIL, MAX_TRAIL)
  const file = volume.stat(TRAIL)
  if (!bytes || !file) return null
  const lines = decodeFile(bytes)
    .split(/\r?\n/)
    .map((line) => line.trim())
  const causes = lines.filter((line) => /\.(sys|dll|exe)\b/i.test(line) || /root cause/i.test(line))
  const names = causes
    .flatMap((line) => line.match(/[\w.-]+\.(?:sys|dll|exe)\b/gi) ?? [])
    .map((name) => name.toLowerCase())
  const attempts = lines
    .map((line) => /repair attempts?:\s*(\d+)/i.exec(line)?.[1])
    .findLast((count) => count !== undefined)
  return {
    rootCauses: causes.slice(-MAX_CAUSES).map(withoutPeople),
    files: [...new Set(names)].slice(0, MAX_CAUSES),
    attempts: attempts === undefined ? null : Number(attempts),
    at: new Date(file.modifiedAt).toISOString(),
  }
}

/** Folders of people become `…`. */
function withoutPeople(line: string): string {
  return line.replace(/\\Users\\[^\\]+/gi, '\\Users\\…').slice(0, 500)
}
