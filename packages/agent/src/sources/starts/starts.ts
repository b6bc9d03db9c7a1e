import { Problems } from '../../formats/problem.ts'
import { type DumpFile, readDumpFiles } from '../../volume/dump-files.ts'
import type { Volume } from '../../volume/volume.ts'
import type { Boot } from '../boots/boot.ts'
import { bootsOf } from '../boots/history.ts'
import { readTrails, type Trail } from '../boots/trail.ts'
import { bugchecksOf } from '../crashes/bugchecks.ts'
import type { Crash } from '../crashes/crash.ts'
import { addErrorReports } from '../crashes/error-reports.ts'
import { ModuleFiles } from '../microsoft.ts'
import type { Reading, Source } from '../source.ts'

export interface Starts {
  boots: Boot[]
  crashes: Crash[]
}

/** The first second tells of the crashes of a boot loop, not of last year's. */
const RECENT_MINIDUMPS = 6

/** Boots, how each ended, and the bugchecks among the ends. */
export const startsSource: Source<Starts> = {
  name: 'starts',
  read: async (volume, since) => {
    const { facts, problems } = readStarts(volume, 'all')
    const isNew = (iso: string): boolean => Date.parse(iso) >= (since.at ?? 0)
    return {
      facts: {
        boots: facts.boots.filter(({ startedAt }) => isNew(startedAt)),
        crashes: facts.crashes.filter(({ at }) => isNew(at)),
      },
      problems,
    }
  },
}

/**
 * Boots and bugchecks together, as each tells of the other.
 *
 * @param scope `recent` reads the newest part of the log only: what the agent says in its first second
 */
export function readStarts(volume: Volume, scope: 'recent' | 'all'): Reading<Starts> {
  const problems = new Problems()
  const history = scope === 'all' ? volume.history().system() : volume.history().recentSystem()
  const trails = readTrails(history)
  const dumps = readDumpFiles(volume, problems, scope === 'recent' ? RECENT_MINIDUMPS : undefined)
  const alone = scope === 'all' ? addErrorReports(trails, volume.history().application(), dumps) : []
  const boots = bootsOf(trails, history)
  const told = history.isComplete ? dumps : leaveFirst(trails, dumps)
  const crashes = bugchecksOf(trails, history, boots, told, new ModuleFiles(volume), alone)
  crashes.sort((a, b) => (a.at < b.at ? -1 : 1))
  const whole = history.isComplete || boots.length < 2 ? boots : boots.slice(1)
  return { facts: { boots: whole, crashes }, problems: [...history.problems.all(), ...problems.all()] }
}

/**
 * Of a part of the log, what its first boot says of the one before it is left to the reading of the whole, with all crashes
 * before it: without the boot that they ended, their ids would differ.
 */
function leaveFirst(trails: readonly Trail[], dumps: readonly DumpFile[]): DumpFile[] {
  // the part may begin within a boot whose start is not in it
  const first = trails.findIndex(({ start }) => start !== undefined)
  if (first < 0) return [...dumps]
  for (const trail of trails.slice(0, first + 1)) trail.aboutPrevious.bugchecks = []
  const start = trails[first]?.start?.startedAt ?? 0
  return dumps.filter(({ header }) => (header.crashedAt ?? 0) > start)
}
