import { type DumpHeader, readDumpHeader } from '../../formats/dump/header.ts'
import { readTriage, type Triage } from '../../formats/dump/triage.ts'
import type { Problems } from '../../formats/problem.ts'
import { textValue } from '../../formats/regf/registry.ts'
import { pathInVolume } from '../../volume/paths.ts'
import type { Volume } from '../../volume/volume.ts'

/** A crash as its dump tells it. */
export interface DumpFile {
  fileName: string
  source: 'minidump' | 'memory-dump'
  header: DumpHeader
  triage: Triage
}

/** Windows keeps 50 minidumps (CrashControl\MinidumpsCount); older ones tell of another life of the machine. */
const MAX_MINIDUMPS = 50
const MINIDUMPS = 'Windows/Minidump'
const MEMORY_DUMP = 'Windows/MEMORY.DMP'

/**
 * The kernel dumps of a volume, oldest crash first: the newest minidumps, and the header of the full one, where Windows or
 * the settings of this machine put them.
 */
export function readDumpFiles(volume: Volume, problems: Problems): DumpFile[] {
  const settings = volume.controlSet()?.key('Control\\CrashControl')
  const folders = new Set([MINIDUMPS, pathInVolume(textValue(settings, 'MinidumpDir') ?? MINIDUMPS)])
  const files = new Set([MEMORY_DUMP, pathInVolume(textValue(settings, 'DumpFile') ?? MEMORY_DUMP)])
  const dumps: DumpFile[] = []
  for (const folder of withoutCaseTwins(folders)) {
    const newest = volume
      .list(folder)
      .filter((file) => !file.isFolder && /\.dmp$/i.test(file.name))
      .sort((a, b) => b.modifiedAt - a.modifiedAt || (a.name < b.name ? 1 : -1))
    for (const { name } of newest.slice(0, MAX_MINIDUMPS)) {
      push(dumps, readDump(volume, `${folder}/${name}`, 'minidump', problems))
    }
  }
  for (const path of withoutCaseTwins(files)) {
    if (volume.stat(path)) push(dumps, readDump(volume, path, 'memory-dump', problems))
  }
  return dumps.sort((a, b) => (a.header.crashedAt ?? 0) - (b.header.crashedAt ?? 0))
}

function readDump(volume: Volume, path: string, source: DumpFile['source'], problems: Problems): DumpFile | undefined {
  const reader = volume.open(path)
  if (!reader) return undefined
  try {
    const header = readDumpHeader(reader, problems)
    if (!header) return undefined
    const triage = header.kind === 'triage' ? readTriage(reader, problems) : EMPTY
    return { fileName: path.slice(path.lastIndexOf('/') + 1), source, header, triage }
  } finally {
    reader.close()
  }
}

const EMPTY: Triage = { modules: [], unloaded: [], stackAddress: 0n, stack: Buffer.alloc(0) }

function push(dumps: DumpFile[], dump: DumpFile | undefined): void {
  if (dump) dumps.push(dump)
}

function withoutCaseTwins(paths: Iterable<string>): string[] {
  return [...new Map([...paths].map((path) => [path.toLowerCase(), path])).values()]
}
