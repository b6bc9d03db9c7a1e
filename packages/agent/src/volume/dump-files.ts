import { type DumpHeader, readDumpHeader } from '../formats/dump/header.ts'
import { readMemoryDump } from '../formats/dump/memory.ts'
import { readTriage, type Triage } from '../formats/dump/triage.ts'
import type { Problems } from '../formats/problem.ts'
import type { Reader } from '../formats/reader.ts'
import { textValue } from '../formats/regf/registry.ts'
import { fileName } from '../formats/text.ts'
import type { Volume } from './volume.ts'

/** A crash as its dump tells it. */
export interface DumpFile {
  fileName: string
  source: 'minidump' | 'memory-dump'
  /** Milliseconds since 1970: for dumps whose header lost the time of the crash. */
  modifiedAt: number
  header: DumpHeader
  triage: Triage
}

/** Windows keeps 50 minidumps (CrashControl\MinidumpsCount); older ones tell of another life of the machine. */
const MAX_MINIDUMPS = 50
/** A minidump and MEMORY.DMP of one crash carry the same header; times may differ by rounding. */
const SAME_CRASH_MS = 2_000
const MINIDUMPS = 'Windows/Minidump'
const MEMORY_DUMP = 'Windows/MEMORY.DMP'

/**
 * The kernel dumps of a volume, oldest crash first: the newest minidumps, and the header of the full one, where Windows or
 * the settings of this machine put them.
 *
 * @param maxMinidumps newest ones to read
 */
export function readDumpFiles(volume: Volume, problems: Problems, maxMinidumps = MAX_MINIDUMPS): DumpFile[] {
  const settings = volume.controlSet()?.key('Control\\CrashControl')
  const placeOf = (value: string): string[] => {
    const set = textValue(settings, value)
    return set === undefined ? [] : [volume.placeOf(set)]
  }
  const folders = [MINIDUMPS, ...placeOf('MinidumpDir')]
  const files = [MEMORY_DUMP, ...placeOf('DumpFile')]
  const dumps: DumpFile[] = []
  for (const folder of withoutCaseTwins(folders)) {
    const newest = volume
      .list(folder)
      .filter((file) => !file.isFolder && /\.dmp$/i.test(file.name))
      .sort((a, b) => b.modifiedAt - a.modifiedAt || (a.name < b.name ? 1 : -1))
    for (const { name } of newest.slice(0, maxMinidumps)) {
      push(dumps, readDump(volume, `${folder}/${name}`, 'minidump', dumps, problems))
    }
  }
  for (const path of withoutCaseTwins(files)) {
    if (volume.stat(path)) push(dumps, readDump(volume, path, 'memory-dump', dumps, problems))
  }
  return dumps.sort((a, b) => (a.header.crashedAt ?? 0) - (b.header.crashedAt ?? 0))
}

function readDump(
  volume: Volume,
  path: string,
  source: DumpFile['source'],
  others: readonly DumpFile[],
  problems: Problems,
): DumpFile | undefined {
  const reader = volume.open(path)
  if (!reader) return undefined
  try {
    const header = readDumpHeader(reader, problems)
    if (!header) return undefined
    const isTold = others.some((other) => other.triage.modules.length > 0 && isSameCrash(other.header, header))
    const triage = isTold ? NOTHING : readTriageOf(reader, header, problems)
    const modifiedAt = volume.stat(path)?.modifiedAt ?? 0
    return { fileName: fileName(path), source, modifiedAt, header, triage }
  } finally {
    reader.close()
  }
}

const NOTHING: Triage = { modules: [], unloaded: [], stackAddress: 0n, stack: Buffer.alloc(0) }

/** What lies behind the header; a large dump of a crash that a small one tells of is not looked into. */
function readTriageOf(reader: Reader, header: DumpHeader, problems: Problems): Triage {
  if (header.kind === 'triage') return readTriage(reader, problems)
  return header.kind === 'header' ? NOTHING : readMemoryDump(reader, header, problems)
}

function isSameCrash(a: DumpHeader, b: DumpHeader): boolean {
  return a.stopCode === b.stopCode && Math.abs((a.crashedAt ?? 0) - (b.crashedAt ?? 0)) <= SAME_CRASH_MS
}

function push(dumps: DumpFile[], dump: DumpFile | undefined): void {
  if (dump) dumps.push(dump)
}

function withoutCaseTwins(paths: readonly string[]): string[] {
  return [...new Map(paths.map((path) => [path.toLowerCase(), path])).values()]
}
